"""Stands in for the servers of GitHub and GitLab: keeps comments in FOLDER/comments.json, its port in FOLDER/port. 150 of them
are other people's, some of which begin with our marker. The token "reader" may not write.

    server.py FOLDER
"""
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

MARKER = "<!-- headroom-compare: quickstart -->"
PLACES = re.compile(r"/user|/repos/o/r/issues/(7/comments(\?.*)?|comments/\d+)|/projects/3/merge_requests/7/notes(/\d+|\?.*)?")
comments = [{"id": n, "body": MARKER if n % 50 == 0 else "hello", "user": {"login": "mallory"},
             "author": {"username": "mallory"}} for n in range(1, 151)]


class Server(BaseHTTPRequestHandler):
    def answer(self, code, body):
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def serve(self):
        token = self.headers.get("Authorization", "") + self.headers.get("PRIVATE-TOKEN", "")
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        if not PLACES.fullmatch(self.path):
            return self.answer(404, {})
        if len((body or {}).get("body", "")) > 65536:
            return self.answer(422, {})
        if self.path == "/user":
            return self.answer(*((200, {"username": "robot"}) if "glpat" in token else (403, {})))
        if self.command == "GET":
            page = int(re.search(r"&page=(\d+)", self.path).group(1))
            return self.answer(200, comments[100 * (page - 1):100 * page])
        if "reader" in token:
            return self.answer(403, {"message": "Resource not accessible by integration"})
        name = "robot" if "glpat" in token else "github-actions[bot]"
        if self.command == "POST":
            comments.append({"id": 900 + len(comments), "user": {"login": name}, "author": {"username": name}, **body})
            return self.answer(201, {})
        number = int(self.path.rsplit("/", 1)[1])
        [comment] = [c for c in comments if c["id"] == number]
        comment["body"] = body["body"]
        return self.answer(200, {})

    do_GET = do_POST = do_PATCH = do_PUT = serve

    def log_message(self, *_):
        with open(sys.argv[1] + "/comments.json", "w") as file:
            json.dump(comments, file)


server = HTTPServer(("127.0.0.1", 0), Server)
with open(sys.argv[1] + "/port", "w") as file:
    print(server.server_port, file=file)
server.serve_forever()
