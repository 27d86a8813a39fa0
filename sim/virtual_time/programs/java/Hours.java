import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Sleeps, a scheduled executor, monitors, sockets with time-outs, a child process: hours of each. */
public class Hours {
  static final long BEGIN = System.nanoTime();

  static void say(String text) {
    System.out.println(Math.round((System.nanoTime() - BEGIN) / 1e9) + " s: " + text);
  }

  public static void main(String[] arguments) throws Exception {
    Thread.sleep(3_600_000);
    say("slept");

    ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    AtomicInteger ticks = new AtomicInteger();
    CountDownLatch enough = new CountDownLatch(12);
    executor.scheduleAtFixedRate(() -> {
      ticks.incrementAndGet();
      enough.countDown();
    }, 5, 5, TimeUnit.MINUTES);
    say("late: " + executor.schedule(() -> "a value", 20, TimeUnit.MINUTES).get());
    enough.await();
    executor.shutdownNow();
    say("ticks: " + ticks.get());

    Object monitor = new Object();
    synchronized (monitor) {
      monitor.wait(60_000);
    }
    say("not notified");

    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
         Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
         Socket accepted = server.accept()) {
      client.setSoTimeout(600_000);
      try {
        client.getInputStream().read();
      } catch (SocketTimeoutException error) {
        say(error.getMessage());
      }
      Thread writer = new Thread(() -> {
        try {
          Thread.sleep(300_000);
          accepted.getOutputStream().write(7);
        } catch (Exception error) {
          say(error.toString());
        }
      });
      writer.start();
      say("read " + client.getInputStream().read());
      writer.join();
    }

    Process child = new ProcessBuilder("sh", "-c", "sleep 1000; echo done; exit 3").start();
    say(new String(child.getInputStream().readAllBytes()).trim() + " " + child.waitFor());
    say(Instant.now().toString().substring(0, 19));
  }
}
