// SPDX-License-Identifier: MIT
// API_TEST(no_line_comment) {}   don't; [ "
/* API_TEST(no_block_comment) {} " [ ; */
/* it isn't balanced: " ' [ ( ;
   API_TEST(no_long_comment) {}
 * API_TEST(no_star) */ API_TEST(after_comment) {}
// a comment that goes on \
   API_TEST(no_continued_comment) {}
/**/ API_TEST(after_empty_comment) {}
/*/ API_TEST(no_slash) {} */
API_TEST(/* the name */ with_comment_inside) {}
int quotient = 4 / 2; API_TEST(after_division) {}
API_TEST  (  with_blanks  ) {}
API_TEST(
    on_the_next_line) {}
MY_API_TEST(no_other_macro) {}
API_TEST_X(no_longer_macro) {}
#define TWO_CASES API_TEST(no_macro_body) {} \
  API_TEST(no_second_line_of_macro) {}
  #  define ALSO API_TEST(no_indented_directive)
#error don't API_TEST(no_error_text)
API_TEST(last) {}  // ends without a quote: '
