// Timers of hours, promises, streams, random numbers, in one process.
const { randomBytes, randomUUID } = require('crypto')
const { setTimeout: sleep } = require('timers/promises')
const { mkdtempSync, rmSync, promises: fs } = require('fs')
const { join } = require('path')
const { tmpdir } = require('os')

const begin = performance.now()
const say = (...words) => console.log(`${Math.round((performance.now() - begin) / 1000)} s:`, ...words)

async function main() {
  setTimeout(() => say('an hour'), 3600e3)
  setImmediate(() => say('at once'))
  let ticks = 0
  await new Promise(resolve => {
    const ticker = setInterval(() => {
      if (++ticks === 48) { clearInterval(ticker); resolve() }
    }, 1800e3)
  })
  say('ticks:', ticks, new Date().toISOString().slice(0, 16))
  const winner = await Promise.race([sleep(500e3, 'slow'), sleep(400e3, 'fast')])
  say(winner)
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 60e3)
  await sleep(1e9, null, { signal: controller.signal }).catch(error => say(error.name))
  say(randomBytes(8).length, randomUUID().length, Math.random() < 1)
  console.error(randomBytes(8).toString('hex'), randomUUID(), Math.random())
  const folder = mkdtempSync(join(tmpdir(), 'timers-'))
  await Promise.all([1, 2, 3, 4, 5, 6].map(n => fs.writeFile(join(folder, `${n}`), `${n}`.repeat(n * 1e5))))
  const read = await Promise.all([1, 2, 3, 4, 5, 6].map(n => fs.readFile(join(folder, `${n}`))))
  say('files:', read.map(bytes => bytes.length).join(' '))
  rmSync(folder, { recursive: true })
}
main().then(() => say('end'))
