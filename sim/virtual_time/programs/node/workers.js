// Child processes and worker threads: messages, output of any size, Atomics.wait.
const { exec, execFile, spawn } = require('child_process')
const { promisify } = require('util')
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads')

const begin = performance.now()
const say = (...words) => console.log(`${Math.round((performance.now() - begin) / 1000)} s:`, ...words)

async function main() {
  const { stdout } = await promisify(exec)('sleep 3600; echo slept')
  say(stdout.trim())
  const big = await promisify(execFile)(process.execPath, ['-e', "process.stdout.write('x'.repeat(5e5))"],
                                        { maxBuffer: 1e6 })
  say('output:', big.stdout.length)
  const failed = await promisify(exec)('sleep 1000000', { timeout: 600e3 }).catch(error => error.signal)
  say('ended by', failed)
  const cat = spawn('cat')
  let size = 0
  cat.stdout.on('data', part => { size += part.length })
  cat.stdin.end('y'.repeat(1e6))
  await new Promise(resolve => cat.on('close', resolve))
  say('through cat:', size)

  const shared = new SharedArrayBuffer(8)
  const results = await Promise.all([1, 2, 3].map(hours => new Promise(resolve => {
    const worker = new Worker(__filename, { workerData: { hours, shared } })
    worker.on('message', text => say(text))
    worker.on('exit', resolve)
  })))
  say('workers:', results.join(' '), Atomics.load(new Int32Array(shared), 0))
}

function work({ hours, shared }) {
  const words = new Int32Array(shared)
  Atomics.wait(words, 1, 0, hours * 3600e3)
  Atomics.add(words, 0, hours)
  parentPort.postMessage(`worker after ${hours} h`)
}

if (isMainThread) main()
else work(workerData)
