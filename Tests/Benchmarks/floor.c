/* The least that any checker built on libyaml must do: read every file and pull its events, on one thread.
 *
 *   cc -O2 -o floor floor.c -lyaml
 *   floor PATH...      files, and folders searched for *.masque.yaml and *.masque.yml
 *
 * Prints files, bytes, events and the files that libyaml refuses. A comparison with it is a ratio to this floor.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

static unsigned long files, bytes, events, refused;

/* One buffer for all files; it grows to the largest. */
static unsigned char *buffer;
static size_t capacity;

static void fail(const char *path) {
  fprintf(stderr, "%s: %s\n", path, strerror(errno));
  exit(2);
}

static size_t slurp(int directory, const char *name) {
  int descriptor = openat(directory, name, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status) < 0) fail(name);
  if ((size_t)status.st_size + 1 > capacity) {
    capacity = (size_t)status.st_size + 1;
    buffer = realloc(buffer, capacity);
    if (!buffer) fail(name);
  }
  size_t length = 0;
  for (;;) {
    ssize_t got = read(descriptor, buffer + length, capacity - length);
    if (got < 0) fail(name);
    if (got == 0 || length + (size_t)got == capacity) {
      length += (size_t)got;
      break;
    }
    length += (size_t)got;
  }
  close(descriptor);
  return length;
}

static void pull(int directory, const char *name) {
  size_t length = slurp(directory, name);
  yaml_parser_t parser;
  yaml_event_t event;
  if (!yaml_parser_initialize(&parser)) fail(name);
  yaml_parser_set_input_string(&parser, buffer, length);
  files++;
  bytes += length;
  for (int done = 0; !done;) {
    if (!yaml_parser_parse(&parser, &event)) {
      refused++;
      break;
    }
    events++;
    done = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
}

static int is_masque(const char *name) {
  size_t length = strlen(name);
  return (length > 12 && !strcmp(name + length - 12, ".masque.yaml")) ||
         (length > 11 && !strcmp(name + length - 11, ".masque.yml"));
}

static void walk(int parent, const char *name) {
  int descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = descriptor < 0 ? NULL : fdopendir(descriptor);
  struct dirent *entry;
  if (!directory) fail(name);
  while ((entry = readdir(directory))) {
    if (entry->d_name[0] == '.') continue;
    if (entry->d_type == DT_DIR) {
      walk(descriptor, entry->d_name);
    } else if (is_masque(entry->d_name)) {
      pull(descriptor, entry->d_name);
    }
  }
  closedir(directory);
}

int main(int count, char **arguments) {
  for (int index = 1; index < count; index++) {
    struct stat status;
    if (stat(arguments[index], &status) < 0) fail(arguments[index]);
    if (S_ISDIR(status.st_mode)) {
      walk(AT_FDCWD, arguments[index]);
    } else {
      pull(AT_FDCWD, arguments[index]);
    }
  }
  printf("%lu files, %lu bytes, %lu events, %lu refused\n", files, bytes, events, refused);
  return 0;
}
