# SPDX-License-Identifier: MIT
# What a case came to when only a part of it is skipped, or can't be judged.
foreach(case_and_code IN ITEMS after_a_failed_check:1 one_part_of_two:0 beside_a_part_that_fails:1 all_parts:77
                               a_failed_check_before_no_answer:1 no_answer_in_a_check:99)
  string(REPLACE ":" ";" case_and_code "${case_and_code}")
  list(POP_FRONT case_and_code case code)
  run("${TREE}/partly_skipped" "${case}")
  expect_code(${code})
endforeach()
