// SPDX-License-Identifier: MIT
// The value in CMakeLists.txt, written by hand.
#pragma once

#include <string>

inline const std::string hostile =
    "\" ' ; $ ${X} $ENV{HOME} $<0:x> @METHOD@ @TEXT@ \\ \\n \\; [ ]] )\" ?\?/ ?\?\?\? %s\nsecond line\ttab \xc3\xbc "
    "end\\";
