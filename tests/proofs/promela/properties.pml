/* The properties of barging_lock.pml, and the true state of the ranks, whatever the lock word says.
 *
 * A failed assertion names the property. Spin adds two: no invalid end state (a deadlock), and with
 * LIVELOCK no cycle on which no operation ends. `closing` stops all new operations. So both together say
 * that a waiting rank gets in if all other ranks keep leaving and no rank arrives.
 */
bool exclusion = true;    /* a writer is alone from the moment when it is let in; a downgrade has no gap */
bool counts = true;       /* no count is negative or too large for its bits */
bool one_letter = true;   /* a wait is answered once, and leaves nothing behind */
bool nothing_left = true; /* a rank outside has no slot, letter or call; when all are outside, all is 0 */
bool overlooked = true;   /* when no operation is under way, no rank waits that the policy would let in */
bool truth = true;        /* when no operation is under way, word and slots agree with the true state */
bool preference = true;   /* a rank of the kind that the policy prefers is enqueued or called: no newcomer
                             and no called rank of the other kind gets in before it */

inline require(property, condition) {
  property = (condition);
  assert(property)
}

#define reader_waits ((slots[read] | calls[read]) != 0)
#define writer_waits ((slots[write] | calls[write]) != 0)

byte readers_inside, writers_inside; /* a granted rank is inside once its ticket is taken */
byte users;   /* ranks that are not outside */
byte acting;  /* ranks with an operation under way: all but those outside, inside or asleep */
bool closing; /* from now on no rank comes, upgrades or gives up: each waiting rank must get in */

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

inline rests() { /* the operation is over; a rank that has been called is going to act */
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
