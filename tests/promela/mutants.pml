/* The protocol of one_sided_lock.pml with one mistake in it: MUTANT is one of these, or 0. Which property
 * each one breaks is said in CMakeLists.txt.
 */
#ifndef MUTANT
#define MUTANT 0
#endif
#define broken(mistake) (MUTANT == mistake)

/* Who takes back an announcement, a claim or a wait, or turns from writer to reader, forgets to ask
 * whether the next turn is up to it. */
#define failed_try_does_not_ask 1
#define claim_taken_back_does_not_ask 2
#define demotion_does_not_ask 3
#define enlisting_does_not_ask 4
#define withdrawal_does_not_ask 5
#define turn_given_does_not_ask 6 /* readers were let in; others have come to wait meanwhile */

#define withdrawal_leaves_door_open 7 /* no 1 in `writers` while it takes its slot back */
#define withdrawal_forgets_slot 8
#define withdrawal_drops_late_grant 9
#define withdrawal_forgets_count 10
#define withdrawal_reads_beside_writer 11 /* a promotion given up reads on, whoever has come in */

#define slot_published_before_counted 12
#define letter_sent_before_counted 13 /* a writer may leave before its wait is counted out */
#define ticket_used_twice 14 /* an old letter is taken for a new one */

#define writer_enters_beside_readers 15
#define reader_passes_waiting_writer 16
#define demotion_leaves_a_gap 17 /* leaves, then comes again to read */
#define promotion_keeps_reading 18 /* two readers wait for each other to stop */
