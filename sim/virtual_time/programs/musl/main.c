/* A program of another C library, linked statically: threads, sleeps, time-outs, poll, clocks. */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int items;

static long seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec - 1000;
}

static void* produce(void* unused) {
  for (int i = 0; i < 3; ++i) {
    sleep(3600);
    pthread_mutex_lock(&mutex);
    ++items;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
  }
  return unused;
}

int main(void) {
  pthread_t producer;
  pthread_create(&producer, NULL, produce, NULL);
  pthread_mutex_lock(&mutex);
  while (items < 3) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 2000;
    const int result = pthread_cond_timedwait(&changed, &mutex, &until);
    printf("%ld s: %s, %d items\n", seconds(), result == ETIMEDOUT ? "timed out" : "notified", items);
  }
  pthread_mutex_unlock(&mutex);
  pthread_join(producer, NULL);

  int ends[2];
  if (pipe(ends) != 0) return 1;
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    sleep(86400);
    return write(ends[1], "x", 1) == 1 ? 7 : 8;
  }
  struct pollfd one = {.fd = ends[0], .events = POLLIN};
  printf("%ld s: poll: %d", seconds(), poll(&one, 1, 3600 * 1000));
  printf(", %d\n", poll(&one, 1, -1));
  int status = 0;
  waitpid(child, &status, 0);
  printf("%ld s: child: %d\n", seconds(), WEXITSTATUS(status));
  const time_t now = time(NULL);
  char text[32];
  strftime(text, sizeof text, "%F %T", gmtime(&now));
  puts(text);
  return 0;
}
