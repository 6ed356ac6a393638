# SPDX-License-Identifier: MIT
# The project of the errors has no program of this template, as an ApiTest that was built without SOCI.
api_fixture(order TEMPLATE sql_rows DATABASE sqlite3://db=orders.db ROWS "{}")
