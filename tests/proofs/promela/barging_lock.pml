/* The protocol of engine/one_sided/barging_lock.hpp, written down a second time, after its description in
 * docs/rationale/one_sided_engine.md, for the model checker spin.
 *
 *   RANKS              2, 3 or 4
 *   READER_PREFERRING  the policy reader_preferring; without it, the policy is writer_preferring
 *   PROMOTIONS, TRIES, TIMEOUTS  0 leaves them out, for a smaller model; PROMOTIONS includes downgrades
 *   WRITERS            1: all ranks only write
 *   STOPS              1: one waiting rank may stop for ever, and the others must still get in. Use it with
 *                      WRITERS and without PROMOTIONS, as no policy makes a writer wait for a waiting writer
 *   MOST_CALLED        the most readers that are called at a time, without those that insist
 *   LIVELOCK           marks progress, so that spin can search for cycles without progress
 *   MUTANT             the mistake to make, one of those in mutants.pml
 *
 * Every `atomic` is one operation of the medium: an addition to the word, or one slot replaced or read. It
 * includes what its rank concludes from the value that the operation found. Between two of them, other
 * ranks may take any number of steps. A guard looks at the value before the operation. A label before an
 * `if` is a scheduling point. A label behind `atomic { skip;` is not: a jump to it goes on in the same step.
 * (Spin ends an atomic sequence that jumps to a label in front of another one.)
 *
 * An operation that changes only what its own rank does next is not a separate step. The addition that
 * counts letters also puts them into the mailboxes: their owners may find them late anyway. A refused rank
 * may come again once, and a called rank may move in; the model explores both choices, which covers every
 * earlier look at the word. A waiting rank may look at the word at any moment, or never. Where others wait,
 * a newcomer may be refused, which covers every bound on how often it passes them. A rank that has been
 * called once in vain insists.
 *
 * The ranks repeat these steps for ever. A rank decides how long it waits only when that makes a
 * difference: a try is an attempt that gives up when it is refused, and a time-out is a step that a waiting
 * rank may take at any moment. Sections aren't counted. A ticket is reduced to one bit: whether its owner
 * waits with it. The bit is 0 again when its letter has been received. `one_letter` checks that nothing
 * carries the ticket any more at that point.
 */
#ifndef RANKS
#define RANKS 2
#endif
#ifndef PROMOTIONS
#define PROMOTIONS 1
#endif
#ifndef TRIES
#define TRIES 1
#endif
#ifndef TIMEOUTS
#define TIMEOUTS 1
#endif
#ifndef WRITERS
#define WRITERS 0
#endif
#ifndef STOPS
#define STOPS 0
#endif
#ifndef MOST_CALLED
#define MOST_CALLED 7
#endif

#define read 0
#define write 1

/* A set of ranks is a byte. */
#define bit_of(rank) (1 << (rank))
#define has(set, rank) (((set) >> (rank)) & 1)
#define size_of(set) (has(set, 0) + has(set, 1) + has(set, 2) + has(set, 3))
inline put(set, rank) { set = set | bit_of(rank) }
inline drop(set, rank) { set = set & ~bit_of(rank) }

byte readers, writers, readers_waiting, writers_waiting, called; /* the lock word */
byte slots[2];   /* by kind: the ranks whose ticket is in their slot */
byte marked;     /* the ranks whose slot says that they insist */
byte calls[2];   /* by kind: the ranks that were called, until they are inside, wait again or give up */
byte mailboxes;  /* the ranks whose mailbox carries the ticket that they wait with */
bool somebody_stopped;
byte letters[4]; /* the ranks to which each rank owes a letter, as it has taken their tickets out */
#define letters_under_way (letters[0] | letters[1] | letters[2] | letters[3])
#define unread_letters (broken(ticket_used_twice) -> 0 : mailboxes)

#include "mutants.pml"
#include "properties.pml"

/* The policies: whose turn it is, given that no writer is inside, and whether a newcomer may read. */
#ifdef READER_PREFERRING
#define readers_next(r, rw, ww) ((rw) > 0)
#define writer_next(r, rw, ww) ((rw) == 0 && (ww) > 0 && (r) == 0)
#define admits_reader(ww) true
#else
#define readers_next(r, rw, ww) ((ww) == 0 && (rw) > 0)
#define writer_next(r, rw, ww) ((ww) > 0 && (r) == 0)
#define admits_reader(ww) ((ww) == 0)
#endif

/* The engine's rules around them. A newcomer is counted as if it waited already. */
#define turn_of_readers readers_next(readers, readers_waiting, writers_waiting)
#define turn_of_writer writer_next(readers, readers_waiting, writers_waiting)
#define due (writers == 0 && (called == 0 || broken(turn_given_while_called)) && \
  (turn_of_readers || turn_of_writer))
#define lets_reader_pass(rw, ww) (writers == 0 && (broken(reader_passes_waiting_writer) || \
  (admits_reader(ww) && (readers > 0 || (rw) + (ww) == 0 || readers_next(readers, (rw) + 1, ww)))))
#define lets_writer_pass(r, rw, ww) (writers == 0 && ((r) == 0 || broken(writer_enters_beside_readers)) && \
  ((rw) + (ww) == 0 || writer_next(r, rw, (ww) + 1)))
#define lets_pass (kind == read -> lets_reader_pass(readers_waiting, writers_waiting) \
  : lets_writer_pass(readers, readers_waiting, writers_waiting))
#define upgrades lets_writer_pass(readers - 1, readers_waiting, writers_waiting)
#define nobody_waits (readers_waiting + writers_waiting == 0)
#define may_be_refused (!lets_pass || !nobody_waits) /* or it has passed too often */

/* Newcomers of the other kind may pass until this rank is counted as waiting. */
#define reader_keeps_writers_out (lets_writer_pass(readers, readers_waiting, writers_waiting) && \
  !lets_writer_pass(readers, readers_waiting + 1, writers_waiting))
#define writer_keeps_readers_out (lets_reader_pass(readers_waiting, writers_waiting) && \
  !lets_reader_pass(readers_waiting, writers_waiting + 1))
#define would_keep_others_out (kind == read -> reader_keeps_writers_out : writer_keeps_readers_out)

/* What a called rank checks before it enters. */
#define open_to_called (writers == 0 && (kind == read \
  -> turn_of_readers || broken(called_reader_passes_waiting_writer) \
  : turn_of_writer || broken(called_writer_enters_beside_readers)))

inline change(r, w, rw, ww, c) { /* one addition to the lock word */
  require(counts, readers + (r) >= 0 && writers + (w) >= 0 && readers_waiting + (rw) >= 0 &&
    writers_waiting + (ww) >= 0 && called + (c) >= 0 && readers + (r) <= RANKS + 1 &&
    writers + (w) <= RANKS + 1 && readers_waiting + (rw) <= RANKS + 1 &&
    writers_waiting + (ww) <= RANKS + 1 && called + (c) <= MOST_CALLED);
  readers = readers + (r);
  writers = writers + (w);
  readers_waiting = readers_waiting + (rw);
  writers_waiting = writers_waiting + (ww);
  called = called + (c)
}

/* How a rank is counted, by the kind of its access. */
inline appear() { change(kind == read, kind == write, 0, 0, 0) }
inline disappear() { change(-(kind == read), -(kind == write), 0, 0, 0) }
inline move_in() { change(kind == read, kind == write, -(kind == read), -(kind == write), 0) }
inline move_out() { change(-(kind == read), -(kind == write), kind == read, kind == write, 0) }

inline count_wait() { /* also adds 1 to `writers`, and takes back the announcement if there still is one */
  if
  :: who == upgraded && !broken(upgrade_keeps_reading) -> leaves(read)
  :: else
  fi;
  change(-(kind == read && announced), !(kind == write && announced), kind == read, kind == write, 0);
  announced = false
}

inline is_preferred() {
  require(preference, (kind == write || !writers_go_first || !writer_waits) &&
    (kind == read || writers_go_first || !reader_waits))
}

inline gets_in() { /* a newcomer, before its 1 is added */
  is_preferred();
  enters(kind)
}

inline publish() { put(slots[kind], _pid) }

inline receive() {
  if
  :: broken(ticket_used_twice)
  :: else -> drop(mailboxes, _pid)
  fi;
  require(one_letter, !has(slots[read] | slots[write] | letters_under_way, _pid))
}

inline first_of(set) { /* the next rank of the set, in the order of ranks */
  at = (_pid + 1) % RANKS;
  do
  :: !has(set, at) -> at = (at + 1) % RANKS
  :: else -> break
  od
}

inline ask_unless(mistake) {
  if
  :: broken(mistake) -> goto home
  :: else -> goto ask
  fi
}

#define stops_reading (broken(upgrade_keeps_reading) -> 0 : 1)
#define shut (broken(withdrawal_leaves_door_open) && who == newcomer -> 0 : 1)
#define counted_as(access) (kind == access && !broken(withdrawal_forgets_count))
#define reads_on (who == upgraded && (door_was_open || broken(withdrawal_reads_beside_writer)))
#define late_call (has(calls[kind], _pid) && !broken(late_call_stays_counted) -> 1 : 0)
#define is_call (has(calls[kind], _pid))
#define granted size_of(letters[_pid] & ~calls[giving])
#define counted_late (giving == write && \
  (granted > 0 -> broken(grant_sent_before_counted) : broken(call_sent_before_counted)))
#define summoned (broken(call_not_counted) -> 0 : size_of(letters[_pid] & calls[giving]))

/* Where a rank goes on when an operation, or a part of it, is over. */
mtype = { outside, inside, in_the_room, looking_on, enqueuing };
mtype = { newcomer, upgraded, patient }; /* the kind of waiter: how it gives up, if at all */

active [RANKS] proctype rank() {
  bit kind;                  /* the kind of the access */
  mtype who = newcomer;      /* the kind of waiter that this rank is */
  mtype bound_for = outside; /* where it goes on after this operation */
  bool announced;            /* it counts as present, and has not begun to wait */
  bool door_was_open;        /* the door was open when it withdrew */
  bit giving;                /* the kind of access to which this rank gives a turn */
  byte looked, seen, urgent; /* slots looked at, tickets seen there, tickets of ranks that insist */
  byte at;                   /* the owner of one of these slots */
  bool again;                /* there is a turn to give after this one */

end_outside: /* a rank may stop here, and no other rank depends on it */
  if
  :: atomic { !closing && !WRITERS -> comes(); kind = read; goto arriving }
  :: atomic { !closing -> comes(); kind = write; goto arriving }
  fi;

  atomic { skip; arriving:
    if
    :: lets_pass -> gets_in(); appear(); rests(); goto at_work
    :: may_be_refused ->
       announced = true;
       bound_for = (would_keep_others_out -> enqueuing : looking_on);
       appear();
       goto refused
    fi
  }

  atomic { skip; at_work:
    if
    :: kind == read -> goto reading
    :: else -> kind = read; goto writing
    fi
  }

reading:
  if
  :: atomic { begins(); leaves(read); change(-1, 0, 0, 0, 0); bound_for = outside; goto ask }
  :: atomic { !closing && PROMOTIONS ->
       begins(); kind = write;
       if
       :: upgrades -> leaves(read); gets_in(); change(-1, 1, 0, 0, 0); rests(); goto at_work
       :: !upgrades || !nobody_waits ->
          who = upgraded; announced = true; change(-stops_reading, 1, 0, 0, 0); goto not_upgraded
       fi }
  :: atomic { !closing && PROMOTIONS && TRIES -> /* it counts as a reader until it has succeeded */
       begins(); kind = write;
       if
       :: upgrades -> is_preferred(); change(0, 1, 0, 0, 0); goto upgraded_at_once
       :: !upgrades || !nobody_waits -> change(0, 1, 0, 0, 0); goto not_upgraded_at_once
       fi }
  fi;

writing:
  if
  :: atomic { begins(); leaves(write); change(0, -1, 0, 0, 0); bound_for = outside; goto ask }
  :: atomic { PROMOTIONS && !broken(downgrade_leaves_a_gap) -> begins(); leaves(write); enters(read);
       change(1, -1, 0, 0, 0); bound_for = inside; ask_unless(downgrade_does_not_ask) }
  :: atomic { PROMOTIONS && broken(downgrade_leaves_a_gap) -> begins(); leaves(write); enters(read);
       change(0, -1, 0, 0, 0); goto coming_back }
  fi;

coming_back: /* only the mutant downgrade_leaves_a_gap comes here */
  if
  :: atomic { change(1, 0, 0, 0, 0); bound_for = inside; goto ask }
  fi;

refused: /* announced, but not admitted */
  if
  :: atomic { TRIES -> disappear(); announced = false; kind = read; bound_for = outside;
       ask_unless(failed_try_does_not_ask) }
  :: atomic { bound_for == looking_on ->
       disappear(); announced = false; goto ask }
  :: atomic { bound_for == enqueuing -> goto enqueue }
  fi;

/* An upgrade that waits has stopped reading. */
not_upgraded:
  if
  :: atomic { true -> goto enqueue }
  fi;

upgraded_at_once:
  if
  :: atomic { true -> leaves(read); enters(write); change(-1, 0, 0, 0, 0); rests(); goto at_work }
  fi;

not_upgraded_at_once:
  if
  :: atomic { true -> change(0, -1, 0, 0, 0); kind = read; bound_for = inside; goto ask }
  fi;

looking: /* not counted; it may come again */
  if
  :: atomic { lets_pass -> gets_in(); appear(); rests(); goto at_work }
  :: atomic { may_be_refused -> appear(); goto in_the_way }
  :: atomic { true -> goto enqueue }
  fi;

in_the_way:
  if
  :: atomic { disappear(); bound_for = enqueuing; goto ask }
  fi;

enlist_soon:
  if
  :: atomic { true -> goto enqueue }
  fi;

  atomic { skip; enqueue:
    if
    :: broken(slot_published_before_counted) -> publish()
    :: else -> count_wait()
    fi;
    goto counted
  }

counted:
  if
  :: atomic { true ->
       if
       :: broken(slot_published_before_counted) && who != patient -> count_wait()
       :: else -> publish()
       fi;
       goto published }
  fi;

published:
  if
  :: atomic { change(0, -1, 0, 0, 0); bound_for = in_the_room; ask_unless(enqueuing_does_not_ask) }
  fi;

waiting:
  if
  :: atomic { has(mailboxes, _pid) && !is_call ->
       begins(); receive(); who = newcomer; bound_for = inside; goto home }
  :: atomic { has(mailboxes, _pid) && is_call -> begins(); receive(); goto moves_in }
  :: atomic { has(mailboxes, _pid) && is_call -> begins(); receive(); goto comes_in_vain }
  :: atomic { !closing && TIMEOUTS && who != patient ->
       begins(); door_was_open = (who == upgraded && writers == 0);
       change(0, shut, 0, 0, 0); goto withdrawing }
  :: atomic { open_to_called && !has(mailboxes, _pid) && !broken(waiter_does_not_look) ->
       begins(); goto helping }
  :: atomic { STOPS && !somebody_stopped && has(slots[kind], _pid) && !has(marked, _pid) ->
       somebody_stopped = true; goto end_stopped }
  fi;

end_stopped: /* it may be called, and the call is never answered */
  false;

helping: /* it has seen the lock open to its kind */
  if
  :: atomic { open_to_called || broken(helping_beside_others) ->
       is_preferred(); change(0, 1, 0, 0, 0); goto taking_slot }
  :: atomic { !open_to_called && !broken(helping_beside_others) ->
       change(0, 1, 0, 0, 0); goto not_helped }
  fi;

taking_slot:
  if
  :: atomic { has(slots[kind], _pid) || broken(helping_although_called) ->
       if
       :: broken(helping_leaves_slot)
       :: else -> drop(slots[kind], _pid); drop(marked, _pid)
       fi;
       goto helped }
  :: atomic { !has(slots[kind], _pid) && !broken(helping_although_called) -> goto not_helped }
  fi;

helped: /* the claim of a writer now counts it as inside */
  if
  :: atomic { true ->
       enters(kind); change(kind == read, -(kind == read), -(kind == read), -(kind == write), 0);
       who = newcomer; bound_for = inside; goto ask }
  fi;

not_helped:
  if
  :: atomic { change(0, -1, 0, 0, 0); bound_for = in_the_room; ask_unless(helping_does_not_ask) }
  fi;

  atomic { skip; moves_in:
    if
    :: open_to_called -> drop(calls[kind], _pid); is_preferred(); enters(kind); move_in(); goto moved_in
    :: else -> move_in(); goto moving_out
    fi
  }

moved_in:
  if
  :: atomic { change(0, 0, 0, 0, -1); who = newcomer; bound_for = inside;
       ask_unless(moving_in_does_not_ask) }
  fi;

moving_out: /* no rank gives a turn meanwhile, as this rank still counts as called */
  if
  :: atomic { !broken(move_not_taken_back) -> move_out(); goto in_vain }
  :: atomic { broken(move_not_taken_back) -> goto comes_in_vain }
  fi;

in_vain:
  if
  :: atomic { true -> goto comes_in_vain }
  fi;

  atomic { skip; comes_in_vain: change(0, 1, 0, 0, 0); goto insisting }

insisting:
  if
  :: atomic { publish(); drop(calls[kind], _pid);
       if
       :: broken(vain_call_does_not_insist)
       :: else -> put(marked, _pid)
       fi;
       goto published_again }
  fi;

published_again:
  if
  :: atomic { change(0, -1, 0, 0, -!broken(vain_call_stays_counted)); bound_for = in_the_room;
       ask_unless(vain_call_does_not_ask) }
  fi;

withdrawing:
  if
  :: atomic { has(slots[kind], _pid) ->
       if
       :: broken(withdrawal_forgets_slot)
       :: else -> drop(slots[kind], _pid); drop(marked, _pid)
       fi;
       goto withdrawn }
  :: atomic { !has(slots[kind], _pid) -> goto too_late }
  fi;

too_late: /* its turn came before: the letter is on its way */
  if
  :: atomic { has(mailboxes, _pid) && (!is_call || broken(late_call_taken_for_grant)) -> receive();
       if
       :: is_call -> enters(kind); drop(calls[kind], _pid)
       :: else
       fi;
       change(0, -shut, 0, 0, 0); door_was_open = false; who = newcomer; bound_for = inside; goto ask }
  :: atomic { has(mailboxes, _pid) && is_call && !broken(late_call_taken_for_grant) ->
       receive(); goto taken_back }
  :: atomic { broken(withdrawal_drops_late_letter) -> change(0, -shut, 0, 0, 0); door_was_open = false;
       kind = read; who = newcomer; bound_for = outside; goto ask }
  fi;

withdrawn:
  if
  :: atomic { true -> goto taken_back }
  fi;

  atomic { skip; taken_back:
    if
    :: who == newcomer ->
       change(0, -shut, -counted_as(read), -counted_as(write), -late_call);
       drop(calls[kind], _pid); kind = read; door_was_open = false; bound_for = outside;
       ask_unless(withdrawal_does_not_ask)
    :: reads_on ->
       enters(read); change(1, -1, 0, -1, -late_call); drop(calls[kind], _pid);
       kind = read; who = newcomer; door_was_open = false;
       bound_for = inside; ask_unless(withdrawal_does_not_ask)
    :: else -> /* another wait, to read, with the 1 in `writers` */
       change(0, 0, 1, -1, -late_call); drop(calls[kind], _pid); kind = read; who = patient; goto counted
    fi
  }

  atomic { skip; ask: /* after every addition but an arrival: must this rank give the next turn? */
    if
    :: due -> goto turn
    :: else -> goto home
    fi
  }

  atomic { skip; home: /* the operation is over; it is progress if the rank is inside or has left */
#ifdef LIVELOCK
    if
    :: bound_for == outside || bound_for == inside -> goto progress_made
    :: else
    fi;
#endif
    goto at_home
  }

progress_made:
  if
  :: atomic { true -> goto at_home }
  fi;

  atomic { skip; at_home:
    if
    :: bound_for == outside -> goes(); rests(); goto end_outside
    :: bound_for == inside -> rests(); bound_for = outside; goto at_work
    :: bound_for == in_the_room -> rests(); bound_for = outside; goto waiting
    :: bound_for == looking_on -> bound_for = outside; goto looking
    :: bound_for == enqueuing -> bound_for = outside; goto enlist_soon
    fi
  }

turn: /* claim it */
  if
  :: atomic { due && turn_of_readers -> giving = read; goto claimed }
  :: atomic { due && turn_of_writer -> giving = write; goto claimed }
  :: atomic { !due -> change(0, 1, 0, 0, 0); goto no_turn }
  fi;

  atomic { skip; claimed: /* no other rank changes this rank's own slot now */
    change(0, 1, 0, 0, 0); seen = slots[giving] & bit_of(_pid); urgent = seen & marked; goto look }

no_turn: /* another rank holds the claim, or no ticket was found */
  if
  :: atomic { change(0, -1, 0, 0, 0); giving = read; ask_unless(claim_taken_back_does_not_ask) }
  fi;

look: /* at the slots of the others, one after the other */
  if
  :: atomic { looked++; at = (_pid + looked) % RANKS;
       seen = seen | (slots[giving] & bit_of(at)); urgent = seen & (urgent | (marked & bit_of(at))); at = 0;
       if
       :: looked < RANKS - 1 -> goto look
       :: else -> looked = 0
       fi;
       if
       :: seen == 0 -> goto no_turn
       :: else -> goto take
       fi }
  fi;

take: /* the tickets that were seen, if they are still there; ranks that insist come first */
  if
  :: atomic {
       if
       :: urgent != 0 -> first_of(urgent)
       :: else -> first_of(seen)
       fi;
       drop(seen, at); drop(urgent, at);
       if
       :: has(slots[giving], at) ->
          drop(slots[giving], at); put(letters[_pid], at);
          if
          :: has(marked, at) -> drop(marked, at); enters(giving)
          :: else -> put(calls[giving], at)
          fi
       :: else
       fi;
       at = 0;
       if
       :: (giving == write && letters[_pid] != 0) ||
          (urgent == 0 && size_of(letters[_pid] & calls[giving]) >= MOST_CALLED) -> seen = 0; urgent = 0
       :: else
       fi;
       if
       :: seen != 0 -> goto take
       :: seen == 0 && letters[_pid] == 0 -> goto no_turn
       :: seen == 0 && letters[_pid] != 0 && counted_late -> goto deliver_early
       :: else -> goto count
       fi }
  fi;

count: /* a granted writer takes over the claim; otherwise count the called ranks and end the claim */
  if
  :: atomic { giving == write && granted > 0 -> change(0, -broken(insisting_not_counted_in), 0, -1, 0);
       goto deliver }
  :: atomic { giving == write && granted == 0 -> change(0, -1, 0, 0, summoned); goto deliver }
  :: atomic { giving == read -> change(granted, -1, -granted, 0, summoned);
       again = due && !broken(turn_given_does_not_ask); goto deliver }
  fi;

  atomic { skip; deliver:
    require(one_letter, !(unread_letters & letters[_pid]));
    mailboxes = mailboxes | letters[_pid];
    letters[_pid] = 0;
    giving = read;
    if
    :: again -> again = false; goto turn
    :: else -> goto home
    fi
  }

deliver_early: /* only two mutants come here and to the next label */
  if
  :: atomic { mailboxes = mailboxes | letters[_pid]; letters[_pid] = 0; giving = read; goto count_late }
  fi;

count_late:
  if
  :: atomic { broken(grant_sent_before_counted) -> change(0, 0, 0, -1, 0); goto home }
  :: atomic { broken(call_sent_before_counted) -> change(0, -1, 0, 0, 1); goto home }
  fi
}

active proctype evening() { /* comes last in the file, because the ranks are the processes 0, 1, … */
  closing = true
}
