// Goroutines, timers, contexts, HTTP with another process, and what os/exec runs.
package main

import (
  "context"
  "crypto/rand"
  "fmt"
  "io"
  "net"
  "net/http"
  "os"
  "os/exec"
  "sort"
  "sync"
  "time"
)

var begin = time.Now()

func say(words ...interface{}) {
  fmt.Printf("%.0f s: ", time.Since(begin).Seconds())
  fmt.Println(words...)
}

func client(url string) {
  body := func(path string, within time.Duration) string {
    asking := http.Client{Timeout: within}
    answer, err := asking.Get(url + path)
    if err != nil {
      return fmt.Sprint("too slow: ", os.IsTimeout(err))
    }
    defer answer.Body.Close()
    text, _ := io.ReadAll(answer.Body)
    return fmt.Sprint(answer.StatusCode, " ", len(text))
  }
  say("client:", body("/?for=1h", 2*time.Hour))
  say("client:", body("/?for=1h", 30*time.Minute))
}

func serve() {
  http.HandleFunc("/", func(out http.ResponseWriter, in *http.Request) {
    pause, _ := time.ParseDuration(in.URL.Query().Get("for"))
    time.Sleep(pause)
    out.Write(make([]byte, 200000))
  })
  listener, err := net.Listen("tcp4", "127.0.0.1:0")
  if err != nil {
    panic(err)
  }
  go http.Serve(listener, nil)
  child := exec.Command(os.Args[0], fmt.Sprintf("http://%s", listener.Addr()))
  out, err := child.CombinedOutput()
  fmt.Print(string(out))
  say("client ended:", err)
}

func main() {
  if len(os.Args) > 1 {
    client(os.Args[1])
    return
  }
  time.Sleep(time.Hour)
  say("slept")
  select {
  case <-time.After(10 * time.Hour):
    say("after")
  case <-make(chan int):
  }
  ticker := time.NewTicker(time.Minute)
  for i := 0; i < 120; i++ {
    <-ticker.C
  }
  ticker.Stop()
  say("120 ticks")
  within, cancel := context.WithTimeout(context.Background(), 90*time.Second)
  <-within.Done()
  cancel()
  say(within.Err())

  var all sync.WaitGroup
  var mutex sync.Mutex
  sum, order := 0, []int{}
  for i := 0; i < 50; i++ {
    all.Add(1)
    go func(i int) {
      defer all.Done()
      time.Sleep(time.Duration(i%3) * time.Hour)
      mutex.Lock()
      defer mutex.Unlock()
      sum += i
      order = append(order, i%3)
    }(i)
  }
  all.Wait()
  say(sum, sort.IntsAreSorted(order))
  serve()
  out, err := exec.Command("sh", "-c", "sleep 1000; echo done; exit 3").Output()
  say(string(out[:4]), err)
  bytes := make([]byte, 8)
  rand.Read(bytes)
  fmt.Fprintf(os.Stderr, "%x\n", bytes)
}
