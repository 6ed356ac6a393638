// SPDX-License-Identifier: MIT
#pragma once

#include <string>

/// Kills runs at so many moments, spread evenly over the time that a whole run takes.
void kill_at_moments(const std::string& row, unsigned moments);
