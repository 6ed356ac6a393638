// SPDX-License-Identifier: MIT
API_FIXTURE(own) {}
