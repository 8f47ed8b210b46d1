// The least that a TigerBeetle cluster costs: the official client, and nothing around it. `ledger_bench.py` runs it beside the
// engine.
//
//   cluster_floor LIBRARY ADDRESS callers COUNT    single transfers by 64 threads, each of which waits for its answer
//   cluster_floor LIBRARY ADDRESS single COUNT     single transfers by one thread
//   cluster_floor LIBRARY ADDRESS batches COUNT    transfers in batches, each of which is waited for; BATCH is the environment's
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  void *user_data;
  void *data;
  uint32_t size;
  uint16_t tag;
  uint8_t operation, status;
  uint8_t opaque[64];
} packet_t;

typedef struct __attribute__((aligned(16))) {
  uint64_t id[2], debit[2], credit[2], amount[2], pending[2], data128[2], data64;
  uint32_t data32, timeout, ledger;
  uint16_t code, flags;
  uint64_t timestamp;
} transfer_t;

typedef struct __attribute__((aligned(16))) {
  uint64_t id[2], debits_pending[2], debits_posted[2], credits_pending[2], credits_posted[2], data128[2], data64;
  uint32_t data32, reserved, ledger;
  uint16_t code, flags;
  uint64_t timestamp;
} account_t;

typedef struct {
  sem_t done;
  packet_t packet;
  long failures;
} caller_t;

static _Alignas(16) uint8_t client[64];
static int (*submit)(void *, packet_t *);
static long wanted, batch;
static uint64_t run;

static void complete(uintptr_t context, packet_t *packet, uint64_t timestamp, const uint8_t *result, uint32_t size) {
  caller_t *caller = packet->user_data;
  (void)context, (void)timestamp;
  if (packet->status) caller->failures++;
  for (uint32_t at = 0; at + 16 <= size; at += 16) {
    uint32_t status;
    memcpy(&status, result + at + 8, 4);
    // Created, or there already.
    if (status != 0xFFFFFFFF && status != 46 && status != 21) caller->failures++;
  }
  sem_post(&caller->done);
}

static void ask(caller_t *caller, int operation, void *data, uint32_t size) {
  caller->packet = (packet_t){.user_data = caller, .data = data, .size = size, .operation = operation};
  if (submit(client, &caller->packet) != 0) exit(3);
  sem_wait(&caller->done);
}

typedef struct {
  long first, count;
  long failures;
} part_t;

static void *transfers(void *argument) {
  part_t *part = argument;
  caller_t caller = {0};
  sem_init(&caller.done, 0, 0);
  transfer_t *events = aligned_alloc(16, batch * sizeof *events);
  for (long at = part->first; at < part->first + part->count; at += batch) {
    long size = part->first + part->count - at < batch ? part->first + part->count - at : batch;
    memset(events, 0, size * sizeof *events);
    for (long index = 0; index < size; index++) {
      events[index].id[0] = at + index + 1;
      events[index].id[1] = run;
      events[index].debit[0] = (at + index) % 64 + 1;
      events[index].credit[0] = (at + index + 1) % 64 + 1;
      events[index].debit[1] = events[index].credit[1] = 7;
      events[index].amount[0] = 1;
      events[index].ledger = events[index].code = 9;
    }
    ask(&caller, 147, events, size * sizeof *events);
  }
  part->failures = caller.failures;
  free(events);
  return NULL;
}

int main(int count, char **words) {
  if (count != 5) return 2;
  void *library = dlopen(words[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) return fprintf(stderr, "%s\n", dlerror()), 1;
  int (*init)(void *, const uint8_t *, const char *, uint32_t, uintptr_t,
              void (*)(uintptr_t, packet_t *, uint64_t, const uint8_t *, uint32_t)) = dlsym(library, "tb_client_init");
  submit = dlsym(library, "tb_client_submit");
  uint8_t cluster[16] = {0};
  if (init(client, cluster, words[2], strlen(words[2]), 0, complete) != 0) return 1;
  wanted = atol(words[4]);
  batch = strcmp(words[3], "batches") == 0 ? atol(getenv("BATCH") ? getenv("BATCH") : "8189") : 1;
  struct timespec start, end;
  clock_gettime(CLOCK_REALTIME, &start);
  run = start.tv_sec * 1000000000ull + start.tv_nsec;
  caller_t first = {0};
  sem_init(&first.done, 0, 0);
  static account_t accounts[64];
  for (int index = 0; index < 64; index++) {
    accounts[index] = (account_t){.id = {index + 1, 7}, .ledger = 9, .code = 9};
  }
  ask(&first, 146, accounts, sizeof accounts);

  enum { most = 64 };
  int callers = strcmp(words[3], "callers") == 0 ? most : 1;
  pthread_t threads[most];
  part_t parts[most];
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int index = 0; index < callers; index++) {
    parts[index] = (part_t){.first = wanted / callers * index, .count = wanted / callers};
    pthread_create(&threads[index], NULL, transfers, &parts[index]);
  }
  long failures = first.failures;
  for (int index = 0; index < callers; index++) {
    pthread_join(threads[index], NULL);
    failures += parts[index].failures;
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  if (failures) return fprintf(stderr, "%ld failures\n", failures), 1;
  printf("%f\n", wanted / callers * callers / ((end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) / 1e9));
  return 0;
}
