# Threads, queues, time-outs, condition variables, sockets, child processes, for hours.
require "socket"
require "timeout"
require "open3"

$stdout.sync = true
BEGINNING = Process.clock_gettime(Process::CLOCK_MONOTONIC)

def say(*words)
  seconds = Process.clock_gettime(Process::CLOCK_MONOTONIC) - BEGINNING
  puts "#{seconds.round} s: #{words.join(' ')}"
end

queue = Thread::Queue.new
producer = Thread.new do
  3.times { |n| sleep 3600; queue << n }
  queue.close
end
while (item = queue.pop)
  say "item", item
end
producer.join

begin
  Timeout.timeout(7200) { sleep }
rescue Timeout::Error => error
  say error.message
end

mutex = Mutex.new
condition = ConditionVariable.new
mutex.synchronize { condition.wait(mutex, 1800) }
say "not notified"

server = TCPServer.new("127.0.0.1", 0)
serving = Thread.new do
  2.times do
    client = server.accept
    Thread.new { sleep 900; client.puts(client.gets.upcase); client.close }
  end
end
answers = %w[one two].map do |word|
  Thread.new do
    socket = TCPSocket.new("127.0.0.1", server.addr[1])
    socket.puts word
    socket.read.strip
  end
end
say "answers:", answers.map(&:value).sort
serving.join
say "in vain:", IO.select([server], nil, nil, 600).inspect

out, status = Open3.capture2("sleep 1000; head -c 300000 /dev/zero")
say "child:", out.size, status.exitstatus
pid = fork { sleep 1_000_000 }
sleep 10
Process.kill(:TERM, pid)
Process.wait(pid)
say "ended by", $?.termsig
say Time.now.utc.strftime("%F %T")
