/* The protocol of engine/one_sided_lock.hpp, written down a second time, after its description in
 * docs/rationale/one_sided_engine.md, for the model checker spin.
 *
 *   RANKS              2, 3 or 4
 *   READER_PREFERRING  that policy; else writer_preferring
 *   PROMOTIONS, TRIES, TIMEOUTS  0 leaves them out, for a smaller model; the first means demotions too
 *   LIVELOCK           marks progress, for spin's search for cycles without any
 *   MUTANT             a mistake to make: mutants.pml
 *
 * Every `atomic` is one operation of the medium (an addition to the word, one slot replaced or read,
 * one letter written or found) together with what its rank concludes from the value that the operation
 * found; between two of them anything may happen. A guard looks at the value before the operation.
 * A label before an `if` is a scheduling point; a jump to a label before an `atomic` goes on in one step.
 *
 * The ranks go round and round for ever. How patient a rank is it decides when that makes a difference: a
 * try is an attempt that gives up when it is refused, a time-out is a step that a waiting rank may take at
 * any moment. Sections aren't counted. Of a ticket it matters only whether it is the one that its owner
 * waits with: a bit, which is 0 again when its letter has been received. `one_grant` sees to it that
 * nothing carries the ticket any more then.
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

#define read 0
#define write 1

/* A set of ranks is a byte. */
#define bit_of(rank) (1 << (rank))
#define has(set, rank) (((set) >> (rank)) & 1)
#define size_of(set) (has(set, 0) + has(set, 1) + has(set, 2) + has(set, 3))
inline put(set, rank) { set = set | bit_of(rank) }
inline drop(set, rank) { set = set & ~bit_of(rank) }

byte readers, writers, readers_waiting, writers_waiting; /* the lock word */
byte slots[2];   /* by kind: whose ticket is there */
byte mailboxes;  /* whose mailbox carries the ticket that its owner waits with */
byte letters[4]; /* to whom each rank owes a letter: whose tickets it has taken */
#define letters_under_way (letters[0] | letters[1] | letters[2] | letters[3])
#define unread_letters (broken(ticket_used_twice) -> 0 : mailboxes)

#include "mutants.pml"
#include "properties.pml"

/* The policies: who goes in next, given that no writer is inside, and whether a newcomer may read. */
#ifdef READER_PREFERRING
#define writers_go_first false
#define readers_next (readers_waiting > 0)
#define writer_next (readers_waiting == 0 && writers_waiting > 0 && readers == 0)
#define policy_admits_reader true
#else
#define writers_go_first true
#define readers_next (writers_waiting == 0 && readers_waiting > 0)
#define writer_next (writers_waiting > 0 && readers == 0)
#define policy_admits_reader (writers_waiting == 0 || broken(reader_passes_waiting_writer))
#endif

/* The engine's rules around them. */
#define nobody_waits (readers_waiting + writers_waiting == 0)
#define due (writers == 0 && (readers_next || writer_next))
#define admits_reader (writers == 0 && (readers > 0 || nobody_waits) && policy_admits_reader)
#define admits_writer \
  (writers == 0 && nobody_waits && (readers == 0 || broken(writer_enters_beside_readers)))
#define admits_promotion (writers == 0 && nobody_waits && readers == 1)

inline change(r, w, rw, ww) { /* one addition to the lock word */
  require(counts, readers + (r) >= 0 && writers + (w) >= 0 && readers_waiting + (rw) >= 0 &&
    writers_waiting + (ww) >= 0 && readers + (r) <= RANKS + 1 && writers + (w) <= RANKS + 1 &&
    readers_waiting + (rw) <= RANKS + 1 && writers_waiting + (ww) <= RANKS + 1);
  readers = readers + (r);
  writers = writers + (w);
  readers_waiting = readers_waiting + (rw);
  writers_waiting = writers_waiting + (ww)
}

inline count_wait() { /* the announcement becomes a wait, with a 1 in `writers` */
  if
  :: who == promoted && !broken(promotion_keeps_reading) -> leaves(read)
  :: else
  fi;
  change(-(kind == read), kind == read, kind == read, kind == write)
}

inline first_of(set) { /* the granter's neighbour comes first */
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

#define stops_reading (broken(promotion_keeps_reading) -> 0 : 1)
#define shut (broken(withdrawal_leaves_door_open) && who == newcomer -> 0 : 1)
#define counted_as(access) (kind == access && !broken(withdrawal_forgets_count))
#define reads_on (who == promoted && (door_was_open || broken(withdrawal_reads_beside_writer)))

mtype = { outside, inside_reading, in_the_room }; /* where a rank goes when its operation is over */
mtype = { newcomer, promoted, patient };          /* who waits: how it gives up, if at all */

active [RANKS] proctype rank() {
  bit kind;                  /* of the wait */
  mtype who = newcomer;      /* that waits */
  mtype bound_for = outside; /* after this operation */
  bool door_was_open;        /* when it withdrew */
  bit giving;                /* the turn that this rank gives: to which kind, … */
  byte wanted, looked, seen; /* … to how many at most, slots looked at, tickets seen there */
  byte at;                   /* one of their owners */
  bool again;                /* there is a turn to give after this one */

end_outside: /* whoever stops here leaves nobody in trouble */
  if
  :: atomic { !closing && admits_reader -> require(preference, !writers_go_first || slots[write] == 0);
       comes(); change(1, 0, 0, 0); enters(read); rests(); goto reading }
  :: atomic { !closing && !admits_reader -> comes(); change(1, 0, 0, 0); kind = read; goto refused }
  :: atomic { !closing && admits_writer ->
       comes(); change(0, 1, 0, 0); enters(write); rests(); goto writing }
  :: atomic { !closing && !admits_writer -> comes(); change(0, 1, 0, 0); kind = write; goto refused }
  fi;

reading:
  if
  :: atomic { begins(); leaves(read); change(-1, 0, 0, 0); bound_for = outside; goto ask }
  :: atomic { !closing && PROMOTIONS && admits_promotion ->
       begins(); leaves(read); change(-1, 1, 0, 0); enters(write); rests(); goto writing }
  :: atomic { !closing && PROMOTIONS && !admits_promotion ->
       begins(); who = promoted; kind = write; change(-stops_reading, 1, 0, 0); goto refused }
  fi;

writing:
  if
  :: atomic { begins(); leaves(write); change(0, -1, 0, 0); bound_for = outside; goto ask }
  :: atomic { PROMOTIONS && !broken(demotion_leaves_a_gap) -> begins(); leaves(write); enters(read);
       change(1, -1, 0, 0); bound_for = inside_reading; ask_unless(demotion_does_not_ask) }
  :: atomic { PROMOTIONS && broken(demotion_leaves_a_gap) -> begins(); leaves(write); enters(read);
       change(0, -1, 0, 0); goto coming_back }
  fi;

coming_back: /* of that mutant */
  if
  :: atomic { change(1, 0, 0, 0); bound_for = inside_reading; goto ask }
  fi;

/* Announced, but not admitted. A rank that promotes counts as a reader still: its 1 in `writers` keeps
 * every writer out, so that a try reads on without a gap. */
refused:
  if
  :: atomic { TRIES && who == newcomer -> change(-(kind == read), -(kind == write), 0, 0); kind = read;
       bound_for = outside; ask_unless(failed_try_does_not_ask) }
  :: atomic { TRIES && who == promoted -> change(stops_reading, -1, 0, 0); kind = read; who = newcomer;
       bound_for = inside_reading; goto ask }
  :: atomic { true ->
       if
       :: broken(slot_published_before_counted) -> put(slots[kind], _pid)
       :: else -> count_wait()
       fi;
       goto counted }
  fi;

counted:
  if
  :: atomic { true ->
       if
       :: broken(slot_published_before_counted) && who != patient -> count_wait()
       :: else -> put(slots[kind], _pid)
       fi;
       goto published }
  fi;

published:
  if
  :: atomic { change(0, -1, 0, 0); bound_for = in_the_room; ask_unless(enlisting_does_not_ask) }
  fi;

waiting:
  if
  :: atomic { has(mailboxes, _pid) -> goto received }
  :: atomic { !closing && TIMEOUTS && who != patient ->
       begins(); door_was_open = (writers == 0); change(0, shut, 0, 0); goto withdrawing }
  fi;

received:
  atomic {
    if
    :: broken(ticket_used_twice)
    :: else -> drop(mailboxes, _pid)
    fi;
    require(one_grant, !has(slots[read] | slots[write] | letters_under_way, _pid));
    who = newcomer;
    if
    :: kind == read -> goto reading
    :: else -> kind = read; goto writing
    fi
  }

withdrawing:
  if
  :: atomic { has(slots[kind], _pid) ->
       if
       :: broken(withdrawal_forgets_slot)
       :: else -> drop(slots[kind], _pid)
       fi;
       if
       :: reads_on -> enters(read)
       :: else
       fi;
       goto withdrawn }
  :: atomic { !has(slots[kind], _pid) -> goto too_late }
  fi;

withdrawn:
  if
  :: atomic { who == newcomer -> change(0, -shut, -counted_as(read), -counted_as(write));
       kind = read; door_was_open = false; bound_for = outside; ask_unless(withdrawal_does_not_ask) }
  :: atomic { reads_on -> change(1, -1, 0, -1); kind = read; who = newcomer; door_was_open = false;
       bound_for = inside_reading; ask_unless(withdrawal_does_not_ask) }
  :: atomic { who == promoted && !reads_on -> /* another wait, to read, with the 1 in `writers` */
       change(0, 0, 1, -1); kind = read; who = patient; goto counted }
  fi;

too_late: /* the grant was quicker; it is on its way */
  if
  :: atomic { change(0, -shut, 0, 0); door_was_open = false;
       if
       :: broken(withdrawal_drops_late_grant) -> kind = read; who = newcomer; bound_for = outside
       :: else -> who = patient; bound_for = in_the_room
       fi;
       goto ask }
  fi;

ask: /* every addition but an arrival's: is the next turn up to this rank? */
  atomic {
    if
    :: due -> goto turn
    :: else -> goto home
    fi
  }

home: /* the operation is over */
#ifdef LIVELOCK
progress_made:
  if
  :: true -> goto at_home
  fi;
at_home:
#endif
  atomic {
    if
    :: bound_for == outside -> goes(); rests(); goto end_outside
    :: bound_for == inside_reading -> rests(); bound_for = outside; goto reading
    :: bound_for == in_the_room -> rests(); bound_for = outside; goto waiting
    fi
  }

turn: /* claim it */
  if
  :: atomic { writers == 0 && readers_next ->
       giving = read; wanted = readers_waiting; change(0, 1, 0, 0); goto look }
  :: atomic { writers == 0 && writer_next -> giving = write; wanted = 1; change(0, 1, 0, 0); goto look }
  :: atomic { !due -> change(0, 1, 0, 0); goto no_turn }
  fi;

no_turn: /* it is another rank's, or nobody was found */
  if
  :: atomic { change(0, -1, 0, 0); giving = read; wanted = 0; ask_unless(claim_taken_back_does_not_ask) }
  fi;

look: /* at one slot after the other, … */
  if
  :: atomic { seen = seen | (slots[giving] & bit_of((_pid + 1 + looked) % RANKS)); looked++;
       if
       :: looked < RANKS -> goto look
       :: else -> looked = 0
       fi;
       if
       :: seen == 0 -> goto no_turn
       :: else -> goto take
       fi }
  fi;

take: /* … then take the tickets that were seen, if they are still there */
  if
  :: atomic { first_of(seen); drop(seen, at);
       if
       :: has(slots[giving], at) ->
          drop(slots[giving], at); put(letters[_pid], at); wanted--; enters(giving)
       :: else
       fi;
       at = 0;
       if
       :: seen != 0 && wanted > 0 -> goto take
       :: else -> seen = 0; wanted = 0
       fi;
       if
       :: letters[_pid] == 0 -> goto no_turn
       :: letters[_pid] != 0 && broken(letter_sent_before_counted) && giving == write -> goto deliver
       :: else -> goto grant
       fi }
  fi;

grant: /* the claim becomes the writer's presence; or readers are counted in and the claim out */
  if
  :: atomic { giving == write -> change(0, 0, 0, -1);
       if
       :: broken(letter_sent_before_counted) -> giving = read; goto home
       :: else -> goto deliver
       fi }
  :: atomic { giving == read -> change(size_of(letters[_pid]), -1, -size_of(letters[_pid]), 0);
       again = due && !broken(turn_given_does_not_ask); goto deliver }
  fi;

deliver: /* one letter after the other */
  if
  :: atomic { first_of(letters[_pid]); drop(letters[_pid], at);
       require(one_grant, !has(unread_letters, at)); put(mailboxes, at); at = 0;
       if
       :: letters[_pid] != 0 -> goto deliver
       :: letters[_pid] == 0 && broken(letter_sent_before_counted) && giving == write -> goto grant
       :: letters[_pid] == 0 && again -> again = false; goto turn
       :: else -> giving = read; goto home
       fi }
  fi
}

active proctype evening() { /* stands last, because the ranks are the processes 0, 1, … */
  closing = true
}
