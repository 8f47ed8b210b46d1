// The least that a ledger in SQLite costs: the statements of the ledger's engine with its pragmas, and nothing else. No
// rules, no checks, no sums of rows. `ledger_bench.py` runs it beside the engine.
//
//   ledger_floor pairs FILE COUNT     as many dons and doffs, each on the disk
//   ledger_floor import FILE COUNT    as many transfers, 8,189 in a transaction
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *database;

static void stop(const char *what) {
  fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(database));
  exit(1);
}

static void run(const char *sql) {
  if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) stop(sql);
}

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) stop(sql);
  return statement;
}

static void step(sqlite3_stmt *statement) {
  int code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
  }
  if (code != SQLITE_DONE) stop("step");
  sqlite3_reset(statement);
}

static void wide(sqlite3_stmt *statement, int index, uint64_t high, uint64_t low) {
  static uint8_t places[16][16];
  uint8_t *place = places[index];
  for (int byte = 0; byte < 8; byte++) {
    place[byte] = high >> (56 - 8 * byte);
    place[8 + byte] = low >> (56 - 8 * byte);
  }
  sqlite3_bind_blob(statement, index, place, 16, SQLITE_STATIC);
}

static const char *tables =
    "CREATE TABLE accounts (timestamp INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, user_data_128 BLOB NOT NULL,"
    " user_data_64 INTEGER NOT NULL, user_data_32 INTEGER NOT NULL, ledger INTEGER NOT NULL, code INTEGER NOT NULL,"
    " flags INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;"
    "CREATE TABLE balances (account INTEGER PRIMARY KEY, debits_pending BLOB NOT NULL, debits_posted BLOB NOT NULL,"
    " credits_pending BLOB NOT NULL, credits_posted BLOB NOT NULL, closed INTEGER NOT NULL, checksum INTEGER NOT NULL)"
    " STRICT;"
    "CREATE TABLE transfers (timestamp INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, debit_account_id BLOB NOT NULL,"
    " credit_account_id BLOB NOT NULL, amount BLOB NOT NULL, pending_id BLOB NOT NULL, user_data_128 BLOB NOT NULL,"
    " user_data_64 INTEGER NOT NULL, user_data_32 INTEGER NOT NULL, timeout INTEGER NOT NULL, ledger INTEGER NOT NULL,"
    " code INTEGER NOT NULL, flags INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;"
    "CREATE INDEX transfers_by_debit ON transfers (debit_account_id);"
    "CREATE INDEX transfers_by_credit ON transfers (credit_account_id);"
    "CREATE TABLE resolutions (pending INTEGER PRIMARY KEY, status INTEGER NOT NULL, timestamp INTEGER NOT NULL) STRICT;"
    "CREATE TABLE open_holds (pending INTEGER PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX open_holds_by_expiry ON open_holds (expires_at) WHERE expires_at > 0;";

static sqlite3_stmt *find_account, *find_transfer, *find_due, *find_last, *find_greatest, *find_resolution;
static sqlite3_stmt *add_transfer, *set_balance, *add_open, *remove_open, *add_resolution;

static void account(uint64_t id) {
  wide(find_account, 1, 0, id);
  step(find_account);
}

static void transfer(int64_t timestamp, uint64_t high, uint64_t low, uint64_t debit, uint64_t credit, uint64_t amount,
                     uint64_t pending, int flags) {
  sqlite3_bind_int64(add_transfer, 1, timestamp);
  wide(add_transfer, 2, high, low);
  wide(add_transfer, 3, 0, debit);
  wide(add_transfer, 4, 0, credit);
  wide(add_transfer, 5, 0, amount);
  wide(add_transfer, 6, pending ? high : 0, pending);
  wide(add_transfer, 7, 0, 0);
  for (int column = 8; column <= 12; column++) sqlite3_bind_int64(add_transfer, column, 1);
  sqlite3_bind_int64(add_transfer, 13, flags);
  sqlite3_bind_int64(add_transfer, 14, timestamp * 31);
  step(add_transfer);
}

static void balance(int64_t account, uint64_t amount) {
  sqlite3_bind_int64(set_balance, 1, account);
  for (int column = 2; column <= 5; column++) wide(set_balance, column, 0, amount);
  sqlite3_bind_int64(set_balance, 6, 0);
  sqlite3_bind_int64(set_balance, 7, amount * 31);
  step(set_balance);
}

static void begin(void) {
  run("BEGIN IMMEDIATE");
  sqlite3_bind_int64(find_due, 1, 1);
  step(find_last);
  step(find_due);
  step(find_greatest);
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  long wanted = atol(arguments[3]);
  if (sqlite3_open(arguments[2], &database) != SQLITE_OK) stop("open");
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON");
  run(tables);
  find_account = prepare("SELECT * FROM accounts a JOIN balances b ON b.account = a.timestamp WHERE a.id = ?1");
  find_transfer = prepare("SELECT * FROM transfers WHERE id = ?1");
  find_due = prepare("SELECT pending FROM open_holds WHERE expires_at > 0 AND expires_at <= ?1 ORDER BY expires_at");
  find_last = prepare("SELECT max(ifnull((SELECT max(timestamp) FROM accounts), 0),"
                      " ifnull((SELECT max(timestamp) FROM transfers), 0))");
  find_greatest = prepare("SELECT max(id) FROM transfers");
  find_resolution = prepare("SELECT status FROM resolutions WHERE pending = ?1");
  add_transfer = prepare("INSERT INTO transfers VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)");
  set_balance = prepare("INSERT OR REPLACE INTO balances VALUES (?1,?2,?3,?4,?5,?6,?7)");
  add_open = prepare("INSERT INTO open_holds VALUES (?1,?2)");
  remove_open = prepare("DELETE FROM open_holds WHERE pending = ?1");
  add_resolution = prepare("INSERT INTO resolutions VALUES (?1,?2,?3)");
  run("BEGIN");
  sqlite3_stmt *add_account = prepare("INSERT INTO accounts VALUES (?1,?2,?3,1,1,1,1,0,1)");
  for (int index = 1; index <= 64; index++) {
    sqlite3_bind_int64(add_account, 1, index);
    wide(add_account, 2, 0, index);
    wide(add_account, 3, 0, 0);
    step(add_account);
    balance(index, 0);
  }
  run("COMMIT");

  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  int64_t timestamp = 1000;
  if (strcmp(arguments[1], "pairs") == 0) {
    for (long pair = 0; pair < wanted; pair++) {
      uint64_t high = (1700000000000 + pair) << 16;
      begin();
      account(1);
      account(2);
      int64_t hold = ++timestamp;
      transfer(hold, high, 1, 1, 2, 500, 0, 2);
      sqlite3_bind_int64(add_open, 1, hold);
      sqlite3_bind_int64(add_open, 2, hold + 86400000000000);
      step(add_open);
      balance(1, pair);
      balance(2, pair);
      run("COMMIT");
      begin();
      wide(find_transfer, 1, high, 1);
      step(find_transfer);
      sqlite3_bind_int64(find_resolution, 1, hold);
      step(find_resolution);
      account(1);
      account(2);
      account(3);
      transfer(++timestamp, high, 2, 1, 2, 400, 1, 5);
      transfer(++timestamp, high, 3, 2, 3, 10, 0, 0);
      sqlite3_bind_int64(add_resolution, 1, hold);
      sqlite3_bind_int64(add_resolution, 2, 1);
      sqlite3_bind_int64(add_resolution, 3, timestamp);
      step(add_resolution);
      sqlite3_bind_int64(remove_open, 1, hold);
      step(remove_open);
      for (int index = 1; index <= 3; index++) balance(index, pair);
      run("COMMIT");
    }
  } else {
    for (long done = 0; done < wanted;) {
      begin();
      for (int index = 1; index <= 64; index++) account(index);
      for (int index = 0; index < 8189 && done < wanted; index++, done++)
        transfer(++timestamp, (1700000000000 + done) << 16, 1, done % 64 + 1, (done + 1) % 64 + 1, done, 0, 0);
      for (int index = 1; index <= 64; index++) balance(index, done);
      run("COMMIT");
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%f\n", wanted / ((end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) / 1e9));
  // Statements are open still.
  return sqlite3_close_v2(database);
}
