// Locks between processes, locks whose owner dies, and locks that inherit priorities.

#include <thread>

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>

#include "observe.h"

using namespace observe;

namespace {

struct Shared {
  pthread_mutex_t mutex;
  pthread_cond_t condition;
  sem_t semaphore;
  int value;
};

Shared* make_shared(bool robust, int protocol) {
  void* const memory =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto* const shared = static_cast<Shared*>(memory);
  pthread_mutexattr_t mutex;
  pthread_mutexattr_init(&mutex);
  pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
  if (robust) pthread_mutexattr_setrobust(&mutex, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_setprotocol(&mutex, protocol);
  pthread_mutex_init(&shared->mutex, &mutex);
  pthread_condattr_t condition;
  pthread_condattr_init(&condition);
  pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
  pthread_cond_init(&shared->condition, &condition);
  sem_init(&shared->semaphore, 1, 0);
  return shared;
}

void across_a_fork() {
  Shared* const shared = make_shared(false, PTHREAD_PRIO_NONE);
  pthread_mutex_lock(&shared->mutex);
  const pid_t other = child([shared] {
    pthread_mutex_lock(&shared->mutex);
    say("the child has the mutex");
    shared->value = 1;
    sleep_for(1);
    pthread_cond_signal(&shared->condition);
    pthread_mutex_unlock(&shared->mutex);
    sem_wait(&shared->semaphore);
    say("the child has the semaphore");
    return 0;
  });
  sleep_for(2);
  while (shared->value == 0) pthread_cond_wait(&shared->condition, &shared->mutex);
  say("the parent has the mutex again");
  pthread_mutex_unlock(&shared->mutex);
  sleep_for(1);
  sem_post(&shared->semaphore);
  say("child: %s", wait_for(other).c_str());
}

void whose_owner_dies(int protocol) {
  Shared* const shared = make_shared(true, protocol);
  const pid_t other = child([shared] {
    pthread_mutex_lock(&shared->mutex);
    sleep_for(3);
    return 0;
  });
  sleep_for(1);
  const timespec until = from_now(CLOCK_REALTIME, 1);
  say("timedlock: %s", error(pthread_mutex_timedlock(&shared->mutex, &until)).c_str());
  say("lock: %s", error(pthread_mutex_lock(&shared->mutex)).c_str());
  pthread_mutex_consistent(&shared->mutex);
  pthread_mutex_unlock(&shared->mutex);
  say("and again: %s", error(pthread_mutex_lock(&shared->mutex)).c_str());
  pthread_mutex_unlock(&shared->mutex);
  say("child: %s", wait_for(other).c_str());
}

void whose_thread_ends(int protocol) {
  Shared* const shared = make_shared(true, protocol);
  std::thread owner([shared] {
    pthread_mutex_lock(&shared->mutex);
    sleep_for(2);
  });
  sleep_for(1);
  say("of a thread: %s", error(pthread_mutex_lock(&shared->mutex)).c_str());
  owner.join();
}

void with_priorities() {
  Shared* const shared = make_shared(false, PTHREAD_PRIO_INHERIT);
  pthread_mutex_lock(&shared->mutex);
  std::thread first([shared] {
    say("first: %s", error(pthread_mutex_lock(&shared->mutex)).c_str());
    sleep_for(1);
    pthread_mutex_unlock(&shared->mutex);
  });
  std::thread second([shared] {
    sleep_for(0.5);
    const timespec until = from_now(CLOCK_REALTIME, 1);
    say("second: %s", error(pthread_mutex_timedlock(&shared->mutex, &until)).c_str());
    say("second: %s", error(pthread_mutex_lock(&shared->mutex)).c_str());
    pthread_mutex_unlock(&shared->mutex);
  });
  say("trylock: %s", error(pthread_mutex_trylock(&shared->mutex)).c_str());
  sleep_for(3);
  pthread_mutex_unlock(&shared->mutex);
  first.join();
  second.join();
}

}  // namespace

int main() {
  across_a_fork();
  whose_owner_dies(PTHREAD_PRIO_NONE);
  whose_thread_ends(PTHREAD_PRIO_NONE);
  with_priorities();
  whose_owner_dies(PTHREAD_PRIO_INHERIT);
  whose_thread_ends(PTHREAD_PRIO_INHERIT);
}
