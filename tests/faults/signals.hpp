// SPDX-License-Identifier: MIT
#pragma once

#include <apitest/retry.hpp>
#include <string>

/// Kills runs at so many moments, spread evenly over the time that a whole run takes. None of them takes longer than a
/// whole run; where so many would not end within `bound`, as with sanitizers, they are fewer, and the output says so.
void kill_at_moments(const std::string& row, unsigned moments, apitest::Duration bound);
