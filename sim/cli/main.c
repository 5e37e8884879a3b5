#include <stdio.h>

int main(void)
{
    puts("headroom " HEADROOM_VERSION);
    return 0;
}
