/* Runs a program and measures the whole process from outside: timed COUNT COMMAND [ARGUMENT...]
 *
 * Prints one line per run: wall nanoseconds from before the spawn to after the wait, peak resident KiB, exit code
 * (128 + signal for a killed one). The program's output is thrown away. A small parent in C matters: on Linux the peak of a
 * spawned process starts at the size of its parent, and a Python parent alone is larger than what is measured here.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  for (int left = atoi(arguments[1]); left > 0; left--) {
    pid_t process;
    int status;
    struct rusage usage;
    long long start = now();
    if (posix_spawnp(&process, arguments[2], &actions, NULL, arguments + 2, environ) != 0) {
      perror(arguments[2]);
      return 2;
    }
    if (wait4(process, &status, 0, &usage) < 0) return 3;
    printf("%lld %ld %d\n", now() - start, usage.ru_maxrss,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    fflush(stdout);
  }
  return 0;
}
