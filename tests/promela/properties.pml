/* What must hold, and what is so whatever the lock word says: for one_sided_lock.pml.
 *
 * A failed assertion names the property. Two more are spin's own: no invalid end state (a deadlock),
 * and with LIVELOCK no cycle on which no operation ends. Since `closing` stops all new operations, both
 * together say that a waiting rank gets in if everybody else keeps leaving and nobody new comes.
 */
bool exclusion = true;    /* a writer is alone: from the moment its ticket was taken, no gap at a promotion */
bool counts = true;       /* no count is negative or too large for its bits */
bool one_grant = true;    /* a wait is answered once, and nothing is left of it then */
bool nothing_left = true; /* a rank outside has no slot and no letter; when all are outside, all is 0 */
bool overlooked = true;   /* when no operation is under way, nobody waits whom the policy would let in */
bool truth = true;        /* when no operation is under way, word and slots say who is inside and waits */
bool preference = true;   /* writer_preferring: no newcomer reads while a writer's ticket is in its slot */

inline require(property, condition) {
  property = (condition);
  assert(property)
}

byte readers_inside, writers_inside; /* who was given a turn is inside when its ticket has been taken */
byte users;   /* ranks that are not outside */
byte acting;  /* ranks with an operation under way: all but those outside, inside or waiting */
bool closing; /* from now on nobody comes, promotes or loses patience: who waits must get in */

#ifdef READER_PREFERRING
#define reader_may_wait (writers_inside > 0)
#define writer_may_wait (writers_inside + readers_inside + slots[read] > 0)
#else
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
  require(nothing_left, !has(slots[read] | slots[write] | unread_letters, _pid));
  users--;
  require(nothing_left, users > 0 || (readers + writers + readers_waiting + writers_waiting == 0 &&
    slots[read] + slots[write] + unread_letters == 0))
}

inline rests() { /* the operation is over */
  acting--;
  if
  :: acting == 0 ->
     require(overlooked, (slots[read] == 0 || reader_may_wait) && (slots[write] == 0 || writer_may_wait));
     require(truth, readers == readers_inside && writers == writers_inside &&
       readers_waiting == size_of(slots[read]) && writers_waiting == size_of(slots[write]))
  :: else
  fi
}
