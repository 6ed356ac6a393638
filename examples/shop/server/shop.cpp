// SPDX-License-Identifier: MIT
#include "shop.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <random>
#include <stdexcept>

namespace shop {

namespace {

const std::array tables = {
    "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = ON",
    "CREATE TABLE IF NOT EXISTS members (uid TEXT PRIMARY KEY, name TEXT, nickname TEXT, password TEXT, broken INT,"
    " ready INT DEFAULT 0)",
    "CREATE TABLE IF NOT EXISTS sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT UNIQUE,"
    " uid TEXT REFERENCES members ON DELETE CASCADE)",
    "CREATE TABLE IF NOT EXISTS assets (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT,"
    " uid TEXT REFERENCES members ON DELETE CASCADE)",
    // Whoever has orders can't be deleted, nor an order that has goods.
    "CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT REFERENCES members,"
    " reference TEXT)",
    "CREATE TABLE IF NOT EXISTS goods (id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER REFERENCES orders,"
    " name TEXT, reference TEXT)"};
enum Column { uid_column, name_column, nickname_column, password_column, broken_column, ready_column };

std::string random_token() {
  std::random_device random;
  std::string token;
  for (int i = 0; i < 4; ++i) {
    std::array<char, 9> hex{};
    std::snprintf(hex.data(), hex.size(), "%08x", random());
    token += hex.data();
  }
  return token;
}

Member to_member(const Database::Row& row) {
  return {row[uid_column], row[name_column], row[nickname_column], row[ready_column] == "1"};
}

Order to_order(const Database::Row& row) { return {row[0], row[1], row[2]}; }
Good to_good(const Database::Row& row) { return {row[0], row[1], row[2], row[3]}; }

}  // namespace

std::string sha256(const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    std::array<char, 3> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x", digest.at(i));
    text += hex.data();
  }
  return text;
}

// --- Database ------------------------------------------------------------------------------------------------------

Database::Database(const std::string& path) : connection_(nullptr, &sqlite3_close) {
  sqlite3* connection = nullptr;
  const int result = sqlite3_open(path.c_str(), &connection);
  connection_.reset(connection);
  if (result != SQLITE_OK) throw std::runtime_error("can't open database " + path + ": " + sqlite3_errmsg(connection));
  for (const char* sql : tables) run(sql);
}

std::vector<Database::Row> Database::run(const std::string& sql, const std::vector<std::string>& values) {
  sqlite3_stmt* prepared = nullptr;
  sqlite3_prepare_v2(connection_.get(), sql.c_str(), -1, &prepared, nullptr);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, &sqlite3_finalize);
  for (std::size_t i = 0; i < values.size(); ++i)
    sqlite3_bind_text(prepared, static_cast<int>(i) + 1, values[i].data(), static_cast<int>(values[i].size()), nullptr);
  std::vector<Row> rows;
  int result = sqlite3_step(prepared);
  for (; result == SQLITE_ROW; result = sqlite3_step(prepared)) {
    Row& row = rows.emplace_back();
    for (int column = 0; column < sqlite3_column_count(prepared); ++column) {
      const unsigned char* text = sqlite3_column_text(prepared, column);
      row.emplace_back(text, text + sqlite3_column_bytes(prepared, column));
    }
  }
  if (result != SQLITE_DONE) throw std::runtime_error(sql + ": " + sqlite3_errmsg(connection_.get()));
  return rows;
}

// --- Shop ----------------------------------------------------------------------------------------------------------

Shop::Shop(const Options& options) : options_(options), database_(options.database) {
  for (const Database::Row& row : database_.run("SELECT uid FROM members WHERE ready = 0"))
    jobs_.push_back({std::chrono::steady_clock::now() + options_.asset_delay, row[0]});
  worker_ = std::thread([this] { work(); });
}

Shop::~Shop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  worker_.join();
}

void Shop::work() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (jobs_.empty()) {
      changed_.wait(lock);
    } else if (jobs_.front().due > std::chrono::steady_clock::now()) {
      changed_.wait_until(lock, jobs_.front().due);
    } else {
      hand_out_assets(jobs_.front().uid);
      jobs_.pop_front();
    }
  }
}

void Shop::hand_out_assets(const std::string& uid) {
  if (!is_member(uid)) return;  // deleted while it waited
  for (const char* kind : {"badge", "locker", "parking card"})
    database_.run("INSERT INTO assets (kind, uid) VALUES (?, ?)", {kind, uid});
  database_.run("UPDATE members SET ready = 1 WHERE uid = ?", {uid});
}

bool Shop::is_member(const std::string& uid) {
  return !database_.run("SELECT 1 FROM members WHERE uid = ?", {uid}).empty();
}

void Shop::add(const Member& member, const std::string& password, bool broken) {
  database_.run("INSERT INTO members (uid, name, nickname, password, broken) VALUES (?, ?, '', ?, ?)",
                {member.uid, member.name, password.empty() ? "" : sha256(member.uid + password), broken ? "1" : "0"});
  ++statistics_.joins;
  jobs_.push_back({std::chrono::steady_clock::now() + options_.asset_delay, member.uid});
  changed_.notify_all();
}

void Shop::join(const Member& member, const std::string& password, bool broken) {
  const std::lock_guard lock(mutex_);
  if (is_member(member.uid))
    throw Problem{409, "/problems/exists", "Already a member", member.uid + " has joined before"};
  add(member, password, broken);
}

void Shop::join_if_new(const Member& member) {
  const std::lock_guard lock(mutex_);
  if (!is_member(member.uid)) add(member, "", false);
}

Session Shop::login(const std::string& uid, const std::string& password) {
  const std::lock_guard lock(mutex_);
  ++statistics_.login_attempts;
  const auto rows = database_.run("SELECT * FROM members WHERE uid = ?", {uid});
  if (rows.empty()) throw Problem{400, "/problems/unknown-member", "Unknown member", "nobody joined as " + uid};
  const Database::Row& row = rows.front();
  ++statistics_.by_member[uid].attempts;
  if (!row[password_column].empty() && row[password_column] != sha256(uid + password))
    throw Problem{401, "/problems/unauthorized", "Wrong password", "the password of " + uid + " is another one"};
  if (row[ready_column] == "0" && (options_.broken || row[broken_column] == "1"))
    throw Problem{500, "/problems/internal", "Internal error", "no assets for " + uid};
  if (row[ready_column] == "0")
    throw Problem{403, "/problems/not-ready", "Not ready", "the assets of " + uid + " are being assigned", 40301};

  const std::string token = random_token();
  const auto id = database_.run("INSERT INTO sessions (token, uid) VALUES (?, ?) RETURNING id", {token, uid});
  ++statistics_.logins;
  ++statistics_.by_member[uid].done;
  return {uid, "s-" + id.front().front(), token};
}

Session Shop::session(const std::string& token) {
  const std::lock_guard lock(mutex_);
  const auto rows = database_.run("SELECT uid, id FROM sessions WHERE token = ?", {token});
  if (rows.empty()) throw Problem{401, "/problems/unauthorized", "Not logged in", "log in and send the token"};
  return {rows.front()[0], "s-" + rows.front()[1], token};
}

Database::Row Shop::member_row(const std::string& uid) {
  const auto rows = database_.run("SELECT * FROM members WHERE uid = ?", {uid});
  if (rows.empty()) throw Problem{404, "/problems/not-found", "Not found", "no member " + uid};
  return rows.front();
}

Member Shop::member(const std::string& uid) {
  const std::lock_guard lock(mutex_);
  return to_member(member_row(uid));
}

std::vector<Member> Shop::members() {
  const std::lock_guard lock(mutex_);
  std::vector<Member> members;
  for (const Database::Row& row : database_.run("SELECT * FROM members ORDER BY uid"))
    members.push_back(to_member(row));
  return members;
}

void Shop::remove(const std::string& uid) {
  const std::lock_guard lock(mutex_);
  member_row(uid);
  require_unused("orders", "uid", uid);
  database_.run("DELETE FROM members WHERE uid = ?", {uid});
}

void Shop::nickname(const std::string& uid, const std::string& nickname) {
  const std::lock_guard lock(mutex_);
  database_.run("UPDATE members SET nickname = ? WHERE uid = ?", {nickname, uid});
}

void Shop::rename(const std::string& uid, const std::string& name) {
  const std::lock_guard lock(mutex_);
  database_.run("UPDATE members SET name = ? WHERE uid = ?", {name, uid});
}

std::vector<Asset> Shop::assets(const std::string& uid) {
  const std::lock_guard lock(mutex_);
  std::vector<Asset> assets;
  for (const Database::Row& row : database_.run("SELECT id, kind FROM assets WHERE uid = ? ORDER BY id", {uid}))
    assets.push_back({std::stoll(row[0]), row[1]});
  return assets;
}

void Shop::require_asset(const std::string& uid, const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (database_.run("SELECT 1 FROM assets WHERE uid = ? AND id = ?", {uid, id}).empty())
    throw Problem{404, "/problems/not-found", "Not found", uid + " has no asset " + id};
}

// --- orders and their goods ----------------------------------------------------------------------------------------

Database::Row Shop::row_of(const std::string& table, const std::string& id) {
  const auto rows = database_.run("SELECT * FROM " + table + " WHERE id = ?", {id});
  if (rows.empty()) throw Problem{404, "/problems/not-found", "Not found", "nothing in " + table + " has the id " + id};
  return rows.front();
}

std::vector<Database::Row> Shop::rows_of(const std::string& table, const std::string& reference) {
  return database_.run("SELECT * FROM " + table + " WHERE ?1 IN ('', reference) ORDER BY id", {reference});
}

void Shop::require_unused(const std::string& table, const std::string& column, const std::string& value) {
  if (!database_.run("SELECT 1 FROM " + table + " WHERE " + column + " = ?", {value}).empty())
    throw Problem{409, "/problems/in-use", "In use", "there are " + table + " of " + value + "; delete them first"};
}

std::string Shop::insert(const std::string& sql, const std::vector<std::string>& values) {
  return database_.run("INSERT INTO " + sql + " RETURNING id", values).front().front();
}

Order Shop::add_order(Order order) {
  const std::lock_guard lock(mutex_);
  member_row(order.uid);
  order.id = insert("orders (uid, reference) VALUES (?, ?)", {order.uid, order.reference});
  return order;
}

Order Shop::order(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return to_order(row_of("orders", id));
}

std::vector<Order> Shop::orders(const std::string& reference) {
  const std::lock_guard lock(mutex_);
  std::vector<Order> orders;
  for (const Database::Row& row : rows_of("orders", reference)) orders.push_back(to_order(row));
  return orders;
}

void Shop::remove_order(const std::string& id) {
  const std::lock_guard lock(mutex_);
  row_of("orders", id);
  require_unused("goods", "order_id", id);
  database_.run("DELETE FROM orders WHERE id = ?", {id});
}

Good Shop::add_good(Good good) {
  const std::lock_guard lock(mutex_);
  row_of("orders", good.order);
  good.id = insert("goods (order_id, name, reference) VALUES (?, ?, ?)", {good.order, good.name, good.reference});
  return good;
}

Good Shop::good(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return to_good(row_of("goods", id));
}

std::vector<Good> Shop::goods(const std::string& reference) {
  const std::lock_guard lock(mutex_);
  std::vector<Good> goods;
  for (const Database::Row& row : rows_of("goods", reference)) goods.push_back(to_good(row));
  return goods;
}

void Shop::remove_good(const std::string& id) {
  const std::lock_guard lock(mutex_);
  row_of("goods", id);
  database_.run("DELETE FROM goods WHERE id = ?", {id});
}

Statistics Shop::statistics() {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

}  // namespace shop
