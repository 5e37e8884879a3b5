"""Runs the steps of a composite action of GitHub, or the script of a job of a GitLab template, as their runners do: as far
as reports/ci/action.yml and reports/ci/gitlab.yml need it. The exit status is that of the step or script.

    runner.py github ACTION.yml EVENT.json [INPUT=VALUE...]
    runner.py gitlab TEMPLATE.yml JOB [VARIABLE=VALUE...]

Artifacts are copied below $ARTIFACTS. EVENT.json is the context `github`.
"""
import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys

import yaml

TOKEN = re.compile(r"\s*(\|\||&&|==|!=|\(|\)|,|'(?:[^']|'')*'|[\w.-]+)")


class Expression:
    """What stands between ${{ and }}: names, texts, ==, !=, &&, || and hashFiles(); operands as GitHub gives them."""

    def __init__(self, text, contexts):
        self.tokens = TOKEN.findall(text)
        assert "".join(self.tokens).replace(" ", "") == text.replace(" ", ""), text
        self.contexts = contexts

    def take(self):
        return self.tokens.pop(0)

    def next_is(self, *wanted):
        return bool(self.tokens) and self.tokens[0] in wanted

    def value(self):
        left = self.both()
        while self.next_is("||"):
            self.take()
            right = self.both()
            left = left or right
        return left

    def both(self):
        left = self.equal()
        while self.next_is("&&"):
            self.take()
            right = self.equal()
            left = left and right
        return left

    def equal(self):
        left = self.operand()
        if self.next_is("==", "!="):
            same = self.take() == "=="
            return (left == self.operand()) == same
        return left

    def operand(self):
        token = self.take()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if self.next_is("("):
            assert token == "hashFiles", token
            self.take()
            pattern = self.operand()
            assert self.take() == ")"
            found = [os.path.relpath(os.path.join(at, name)) for at, _, names in os.walk(".") for name in names]
            return "hash" if fnmatch.filter(found, pattern) else ""
        value = self.contexts
        for name in token.split("."):
            value = value.get(name, "") if isinstance(value, dict) else ""
        return value


def filled(text, contexts):
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: str(Expression(match.group(1), contexts).value()), str(text))


def bash(script, environment, *options):
    return subprocess.run(["bash", *options, "-c", script], env={**os.environ, **environment}, check=False).returncode


def keep(path, name):
    """False: there is nothing."""
    if not os.path.exists(path):
        return False
    target = os.path.join(os.environ["ARTIFACTS"], name)
    if os.path.isdir(path):
        shutil.copytree(path, target, dirs_exist_ok=True)
    else:
        shutil.copy(path, target)
    return True


def outputs_of(path):
    with open(path, encoding="utf-8") as file:
        return dict(line.rstrip("\n").split("=", 1) for line in file)


def github(action, event, *given):
    with open(action, encoding="utf-8") as file:
        definition = yaml.safe_load(file)
    with open(event, encoding="utf-8") as file:
        contexts = {"github": json.load(file), "steps": {}}
    own = dict(pair.split("=", 1) for pair in given)
    assert set(own) <= set(definition["inputs"]), own
    contexts["inputs"] = {}
    for name, row in definition["inputs"].items():
        assert name in own or not row.get("required"), name
        contexts["inputs"][name] = own.get(name, filled(row.get("default", ""), contexts))
    assert definition["runs"]["using"] == "composite"
    for step in definition["runs"]["steps"]:
        if not Expression(step.get("if", "'always'"), contexts).value():
            print(f"-- {step['name']}: skipped")
            continue
        print(f"-- {step['name']}", flush=True)
        if step.get("uses", "").startswith("actions/upload-artifact@"):
            at = {name: filled(value, contexts) for name, value in step["with"].items()}
            assert keep(at["path"], at["name"]), "no artifact"
            continue
        assert step["shell"] == "bash" and "uses" not in step
        written = os.path.join(os.environ["RUNNER_TEMP"], "output")
        with open(written, "w", encoding="utf-8"):
            pass
        environment = {name: filled(value, contexts) for name, value in step.get("env", {}).items()}
        environment |= {"GITHUB_OUTPUT": written, "GITHUB_ACTION_PATH": os.path.dirname(os.path.abspath(action))}
        status = bash(filled(step["run"], contexts), environment, "--noprofile", "--norc", "-eo", "pipefail")
        contexts["steps"][step.get("id", step["name"])] = {"outputs": outputs_of(written)}
        if status != 0:
            return status
    for name, row in definition["outputs"].items():
        print(f"output {name}={filled(row['value'], contexts)}")
    return 0


def gitlab(template, job, *given):
    with open(template, encoding="utf-8") as file:
        definition = yaml.safe_load(file)[job]
    variables = {**definition["variables"], **dict(pair.split("=", 1) for pair in given)}
    known = {**os.environ, **variables}
    assert all(f"${name} " in rule["if"] + " " and rule["if"] == f'${name} == "{os.environ[name]}"'
               for rule in definition["rules"] for name in re.findall(r"\$(\w+)", rule["if"]))
    known = {name: re.sub(r"\$(\w+)", lambda match: known.get(match.group(1), ""), value)
             for name, value in variables.items()}
    # The image has the scripts there; here they are where the template is.
    here = os.path.dirname(os.path.abspath(template))
    script = "\n".join(definition["script"]).replace("/opt/headroom/ci", here)
    status = bash(script, known, "-eo", "pipefail")
    artifacts = definition["artifacts"]
    assert artifacts["when"] == "always"
    for path in artifacts["paths"]:
        keep(path, os.path.basename(path.rstrip("/")))
    if not keep(artifacts["reports"]["junit"], "junit-report.xml"):
        print("no test report")
    return status


if __name__ == "__main__":
    sys.exit({"github": github, "gitlab": gitlab}[sys.argv[1]](*sys.argv[2:]))
