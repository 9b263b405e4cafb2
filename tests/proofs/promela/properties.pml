/* What must hold, and what is so whatever the lock word says: for barging_lock.pml.
 *
 * A failed assertion names the property. Two more are spin's own: no invalid end state (a deadlock),
 * and with LIVELOCK no cycle on which no operation ends. Since `closing` stops all new operations, both
 * together say that a waiting rank gets in if everybody else keeps leaving and nobody new comes.
 */
bool exclusion = true;    /* a writer is alone: from the moment it is let in, no gap when it turns to reading */
bool counts = true;       /* no count is negative or too large for its bits */
bool one_letter = true;   /* a wait is answered once, and nothing is left of it then */
bool nothing_left = true; /* a rank outside has no slot, letter or call; when all are outside, all is 0 */
bool overlooked = true;   /* when no operation is under way, nobody waits whom the policy would let in */
bool truth = true;        /* when no operation is under way, word and slots say who is inside and waits */
bool preference = true;   /* no newcomer, and nobody called, gets in past a rank of the other kind that the
                             policy prefers and that is enqueued or called */

inline require(property, condition) {
  property = (condition);
  assert(property)
}

#define reader_waits ((slots[read] | calls[read]) != 0)
#define writer_waits ((slots[write] | calls[write]) != 0)

byte readers_inside, writers_inside; /* who is granted a turn is inside when its ticket has been taken */
byte users;   /* ranks that are not outside */
byte acting;  /* ranks with an operation under way: all but those outside, inside or asleep */
bool closing; /* from now on nobody comes, upgrades or loses patience: who waits must get in */

#ifdef READER_PREFERRING
#define writers_go_first false
#define reader_may_wait (writers_inside > 0)
#define writer_may_wait (writers_inside + readers_inside + slots[read] > 0)
#else
#define writers_go_first true
#define reader_may_wait (writers_inside + slots[write] > 0)
#define writer_may_wait (writers_inside + readers_inside > 0)
#endif

inline enters(kind_of_access) {
  if
  :: (kind_of_access) == read -> readers_inside++
  :: else -> writers_inside++
  fi;
  require(exclusion, writers_inside == 0 || (writers_inside == 1 && readers_inside == 0))
}

inline leaves(kind_of_access) {
  if
  :: (kind_of_access) == read -> readers_inside--
  :: else -> writers_inside--
  fi
}

inline begins() {
  acting++
}

inline comes() {
  begins();
  users++
}

inline goes() {
  require(nothing_left,
    !has(slots[read] | slots[write] | calls[read] | calls[write] | unread_letters, _pid));
  users--;
  require(nothing_left, users > 0 ||
    (readers + writers + readers_waiting + writers_waiting + called == 0 &&
      slots[read] + slots[write] + marked + unread_letters == 0))
}

inline rests() { /* the operation is over; a rank that has been called is bound to act */
  acting--;
  if
  :: acting == 0 ->
     require(overlooked, calls[read] + calls[write] > 0 ||
       ((slots[read] == 0 || reader_may_wait) && (slots[write] == 0 || writer_may_wait)));
     require(truth, readers == readers_inside && writers == writers_inside &&
       readers_waiting == size_of(slots[read] | calls[read]) &&
       writers_waiting == size_of(slots[write] | calls[write]) &&
       called == size_of(calls[read] | calls[write]))
  :: else
  fi
}
