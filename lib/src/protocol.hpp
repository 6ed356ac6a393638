// SPDX-License-Identifier: MIT
// How a test and the agent of its run talk over the Unix socket: frames of a JSON head and raw bytes.
//
// A connection begins with {"op":"hello","protocol":N,"run":…,"test":…,"role":…,"name":…,"fixtures":[…]}; it has no
// answer unless it is refused. The role is test, setup, cleanup or undo.
//   op        head                                                      answer
//   http      the request (lib/agent/transfer.cpp), bytes: its body     the answer, bytes: its body
//   undo      action (lib/agent/undo_actor.hpp)                         {}, once it is on disk
//   create    as http, intent (lib/agent/undo_actor.hpp)                as http
//   end_case                                                            undone, left
//   secret    value                                                     {}
//   document  fixture, values, secrets (pointers)                       {}
//   service   fixture, argv, directory, environment, port, stop_signal  pid, port
//   service_state  fixture                                              running, text
//   cleanup   fixture, budget_ms                                        undone, left
//   record    kind, line                                                none
// An answer with "error" says in a sentence why the operation failed.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

namespace apitest::internal {

inline constexpr int protocol_version = 1;
inline constexpr const char* socket_name = "agent.sock";
/// What to do when one end does not understand the other.
inline constexpr const char* rebuild = "; rebuild so that test and agent are of one version";

/// Sizes before each frame, in the byte order of the machine that both ends run on.
struct FrameSizes {
  std::uint32_t head = 0;
  std::uint32_t bytes = 0;
};
static_assert(sizeof(FrameSizes) == 8);

/// A head is small; who sends a larger one is not one of ours.
inline constexpr std::uint32_t largest_head = 16U << 20;

}  // namespace apitest::internal
