// An HTTP server that takes its time, and its client in a child process with time-outs of its own.
const http = require('http')
const { fork } = require('child_process')

const begin = performance.now()
const say = (...words) => console.log(`${Math.round((performance.now() - begin) / 1000)} s:`, ...words)

function ask(port, path, timeout) {
  return new Promise(resolve => {
    const request = http.get({ port, path, timeout, host: '127.0.0.1', agent: false }, answer => {
      let size = 0
      answer.on('data', part => { size += part.length })
      answer.on('end', () => resolve(`${answer.statusCode} ${size}`))
    })
    request.on('timeout', () => request.destroy(new Error('too slow')))
    request.on('error', error => resolve(error.message))
  })
}

async function client(port) {
  say('client:', await ask(port, '/3600', 4000e3))
  say('client:', await ask(port, '/100', 30e3))
  say('client:', (await Promise.all([3, 1, 2].map(n => ask(port, `/${n}`, 10e3)))).join(', '))
  process.send('done')
  process.disconnect()
}

function serve() {
  const server = http.createServer((request, response) => {
    setTimeout(() => response.end('x'.repeat(1e5)), Number(request.url.slice(1)) * 1000)
  })
  server.listen(0, '127.0.0.1', () => {
    const child = fork(__filename, [server.address().port])
    child.on('message', text => say('server:', text))
    child.on('exit', code => { say('client ended:', code); server.close(); server.closeAllConnections?.() })
  })
}

if (process.argv[2]) client(Number(process.argv[2]))
else serve()
