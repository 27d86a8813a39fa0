// Locks of pthread: whoever waits is woken by another thread, or at its time.

#include <thread>
#include <vector>

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>

#include "observe.h"

using namespace observe;

namespace {

void mutexes() {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([i] {
      pthread_mutex_lock(&mutex);
      say("mutex: thread %d", i);
      sleep_for(1);
      pthread_mutex_unlock(&mutex);
    });
  }
  sleep_for(5);
  const timespec until = from_now(CLOCK_REALTIME, 2);
  std::thread late([until] {
    say("timedlock: %s", error(pthread_mutex_timedlock(&mutex, &until)).c_str());
    const timespec later = from_now(CLOCK_MONOTONIC, 2);
    say("clocklock: %s", error(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &later)).c_str());
  });
  late.join();
  pthread_mutex_unlock(&mutex);
  for (std::thread& thread : threads) thread.join();
}

void conditions() {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static pthread_cond_t real = PTHREAD_COND_INITIALIZER;
  pthread_cond_t monotonic;
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&monotonic, &attributes);
  pthread_mutex_lock(&mutex);
  timespec until = from_now(CLOCK_REALTIME, 60);
  say("timedwait, real: %s", error(pthread_cond_timedwait(&real, &mutex, &until)).c_str());
  until = from_now(CLOCK_MONOTONIC, 60);
  say("timedwait, monotonic: %s",
      error(pthread_cond_timedwait(&monotonic, &mutex, &until)).c_str());
  std::thread other([] {
    sleep_for(5);
    pthread_mutex_lock(&mutex);
    pthread_cond_signal(&real);
    pthread_mutex_unlock(&mutex);
  });
  until = from_now(CLOCK_REALTIME, 60);
  say("signalled: %s", error(pthread_cond_timedwait(&real, &mutex, &until)).c_str());
  pthread_mutex_unlock(&mutex);
  other.join();
  static int turn = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([i] {
      pthread_mutex_lock(&mutex);
      while (turn == 0) pthread_cond_wait(&real, &mutex);
      say("broadcast: thread %d", i);
      pthread_mutex_unlock(&mutex);
    });
  }
  sleep_for(1);
  pthread_mutex_lock(&mutex);
  turn = 1;
  pthread_cond_broadcast(&real);
  pthread_mutex_unlock(&mutex);
  for (std::thread& thread : threads) thread.join();
}

void readers_and_writers() {
  static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  std::thread writer([] {
    pthread_rwlock_wrlock(&lock);
    sleep_for(3);
    pthread_rwlock_unlock(&lock);
  });
  sleep_for(1);
  const timespec until = from_now(CLOCK_REALTIME, 1);
  say("timedrdlock: %s", error(pthread_rwlock_timedrdlock(&lock, &until)).c_str());
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([i] {
      pthread_rwlock_rdlock(&lock);
      say("reader %d", i);
      sleep_for(1);
      pthread_rwlock_unlock(&lock);
    });
  }
  writer.join();
  pthread_rwlock_wrlock(&lock);
  say("writer");
  pthread_rwlock_unlock(&lock);
  for (std::thread& reader : readers) reader.join();
}

void barriers() {
  static pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, nullptr, 3);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([i] {
      sleep_for(i);
      const int result = pthread_barrier_wait(&barrier);
      if (result == PTHREAD_BARRIER_SERIAL_THREAD) say("barrier: by thread %d", i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void semaphores() {
  static sem_t semaphore;
  sem_init(&semaphore, 0, 1);
  say("sem_wait: %s", outcome(sem_wait(&semaphore)).c_str());
  const timespec until = from_now(CLOCK_REALTIME, 4);
  say("sem_timedwait: %s", outcome(sem_timedwait(&semaphore, &until)).c_str());
  std::thread other([] {
    sleep_for(2);
    sem_post(&semaphore);
  });
  say("sem_wait: %s", outcome(sem_wait(&semaphore)).c_str());
  other.join();
  on(SIGALRM, say_signal);
  alarm(2);
  say("interrupted: %s", outcome(sem_wait(&semaphore)).c_str());
  on(SIGALRM, say_signal, SA_RESTART);
  alarm(2);
  std::thread third([] {
    sleep_for(5);
    sem_post(&semaphore);
  });
  say("with SA_RESTART: %s", outcome(sem_wait(&semaphore)).c_str());
  third.join();
}

}  // namespace

int main() {
  mutexes();
  conditions();
  readers_and_writers();
  barriers();
  semaphores();
}
