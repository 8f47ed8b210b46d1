// What <spawn.h> and <unistd.h> declare only for those who ask for GNU's extensions, which Swift does not; and <malloc.h>, which
// is in no module.
#pragma once
#include <spawn.h>

#ifdef __linux__
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
int pipe2(int ends[2], int flags);
#ifdef __GLIBC__
#include <malloc.h>
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
#endif
#endif
