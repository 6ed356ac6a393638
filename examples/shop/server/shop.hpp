// SPDX-License-Identifier: MIT
// What the shop knows and does: members join, a worker hands out their assets later, they log in.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace shop {

/// Why a request can't be served, as an RFC 9457 problem.
struct Problem {
  int status;
  std::string type, title, detail;
  int code = 0;  ///< the shop's own number; 0: none
};

struct Member {
  std::string uid, name, nickname;
  bool ready = false;  ///< whether the worker has handed out the assets
};
struct Asset {
  long long id;
  std::string kind;
};
struct Order {
  std::string id, uid, reference;  ///< the reference is the customer's own, "" or unique
};
struct Good {
  std::string id, order, name, reference;
};
struct Session {
  std::string uid;
  std::string id;     ///< not secret
  std::string token;  ///< secret
};
struct Logins {
  int attempts = 0, done = 0;
};
struct Statistics {
  int joins = 0, login_attempts = 0, logins = 0;
  std::map<std::string, Logins> by_member;
};

/// One SQLite connection.
class Database {
 public:
  using Row = std::vector<std::string>;
  explicit Database(const std::string& path);
  /// Runs one statement with `values` for its question marks. Throws std::runtime_error.
  std::vector<Row> run(const std::string& sql, const std::vector<std::string>& values = {});

 private:
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection_;
};

struct Options {
  std::string database;
  std::chrono::milliseconds asset_delay{800};
  bool broken = false;  ///< a login answers 500 while its member has no assets yet
};

/// All functions may be called from any thread; they throw Problem.
class Shop {
 public:
  explicit Shop(const Options& options);
  ~Shop();
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  void join(const Member& member, const std::string& password, bool broken);
  void join_if_new(const Member& member);
  Session login(const std::string& uid, const std::string& password);
  Session session(const std::string& token);
  Member member(const std::string& uid);
  std::vector<Member> members();
  void remove(const std::string& uid);
  void nickname(const std::string& uid, const std::string& nickname);
  void rename(const std::string& uid, const std::string& name);
  std::vector<Asset> assets(const std::string& uid);
  void require_asset(const std::string& uid, const std::string& id);
  /// Sets the id.
  Order add_order(Order order);
  Order order(const std::string& id);
  /// Those with the reference, or all.
  std::vector<Order> orders(const std::string& reference = "");
  void remove_order(const std::string& id);
  Good add_good(Good good);
  Good good(const std::string& id);
  std::vector<Good> goods(const std::string& reference = "");
  void remove_good(const std::string& id);
  Statistics statistics();

 private:
  struct Job {
    std::chrono::steady_clock::time_point due;
    std::string uid;
  };
  void work();
  bool is_member(const std::string& uid);
  void add(const Member& member, const std::string& password, bool broken);
  void hand_out_assets(const std::string& uid);
  Database::Row member_row(const std::string& uid);
  Database::Row row_of(const std::string& table, const std::string& id);
  std::vector<Database::Row> rows_of(const std::string& table, const std::string& reference);
  void require_unused(const std::string& table, const std::string& column, const std::string& value);
  std::string insert(const std::string& sql, const std::vector<std::string>& values);

  Options options_;
  std::mutex mutex_;  // guards everything below
  Database database_;
  std::deque<Job> jobs_;  // all have the same delay, so the first is the next one due
  std::condition_variable changed_;
  bool ending_ = false;
  Statistics statistics_;
  std::thread worker_;
};

/// SHA-256 in hexadecimal.
std::string sha256(const std::string& bytes);

}  // namespace shop
