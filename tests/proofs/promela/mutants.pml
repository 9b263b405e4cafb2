/* The protocol of barging_lock.pml with one mistake in it: MUTANT is one of these, or 0.
 * CMakeLists.txt names the property that each one breaks.
 */
#ifndef MUTANT
#define MUTANT 0
#endif
#define broken(mistake) (MUTANT == mistake)

/* A rank takes back an announcement, a claim, a call or a wait, or downgrades. It does not check whether
 * it must give the next turn. */
#define failed_try_does_not_ask 1
#define claim_taken_back_does_not_ask 2
#define downgrade_does_not_ask 3
#define enqueuing_does_not_ask 4
#define withdrawal_does_not_ask 5
#define turn_given_does_not_ask 6 /* after readers were let in, while others have begun to wait */
#define moving_in_does_not_ask 7
#define vain_call_does_not_ask 8

#define withdrawal_leaves_door_open 9 /* no 1 in `writers` while it takes its slot back */
#define withdrawal_forgets_slot 10
#define withdrawal_drops_late_letter 11
#define withdrawal_forgets_count 12
#define withdrawal_reads_beside_writer 13 /* an upgrade that gives up reads on, even beside a writer */
#define late_call_stays_counted 14
#define late_call_taken_for_grant 15

#define slot_published_before_counted 16
#define grant_sent_before_counted 17 /* a writer may leave while it is still counted as waiting */
#define call_sent_before_counted 18 /* a writer may have come in before its call is counted */
#define ticket_used_twice 19 /* an old letter is taken for a new one */

#define turn_given_while_called 20
#define call_not_counted 21
#define called_writer_enters_beside_readers 22
#define called_reader_passes_waiting_writer 23
#define move_not_taken_back 24
#define vain_call_stays_counted 25
#define vain_call_does_not_insist 26
#define insisting_not_counted_in 27 /* a writer is granted its turn, and the claim ends as after a call */

#define writer_enters_beside_readers 28
#define reader_passes_waiting_writer 29
#define downgrade_leaves_a_gap 30 /* the rank leaves, then enters again to read */
#define upgrade_keeps_reading 31 /* two readers wait for each other to stop */

#define waiter_does_not_look 32 /* and a rank that was called is stopped */
#define helping_beside_others 33 /* a claim that has met another is taken for the turn */
#define helping_although_called 34 /* its slot is empty, and it enters */
#define helping_leaves_slot 35
#define helping_does_not_ask 36
