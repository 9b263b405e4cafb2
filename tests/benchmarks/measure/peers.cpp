#include "peers.hpp"

#include "floors/mcs_spin_lock.hpp"
#include "floors/ping_pong_and_half.hpp"
#include "floors/ticket_spin_lock.hpp"
#include "floors/two_atomics.hpp"
#include "floors/two_fetch_and_op.hpp"
#include "peers/boost_lock.hpp"
#include "peers/cas_spin_lock.hpp"
#include "peers/mcs_lock.hpp"
#include "peers/pthread_lock.hpp"
#include "peers/python_1.hpp"
#include "peers/python_2.hpp"
#include "peers/win_lock.hpp"

namespace lockbench {

void list_peers(std::vector<listing>& all) {
  all.push_back(listing_of<win_lock>());
  all.push_back(listing_of<python_1>());
  all.push_back(listing_of<python_2>());
  all.push_back(listing_of<cas_spin_lock>());
  all.push_back(listing_of<mcs_lock>());
  all.push_back(listing_of<pthread_lock<PTHREAD_RWLOCK_PREFER_READER_NP>>());
  all.push_back(listing_of<pthread_lock<PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP>>());
  all.push_back(listing_of<boost_lock>());
}

void list_floors(std::vector<listing>& all) {
  all.push_back(listing_of<two_atomics>());
  all.push_back(listing_of<two_fetch_and_op>());
  all.push_back(listing_of<ping_pong_and_half>());
  all.push_back(listing_of<ticket_spin_lock>());
  all.push_back(listing_of<mcs_spin_lock>());
}

}  // namespace lockbench
