// amqplib: RPC over two queues, with time-outs, through the death of the broker.
const amqp = require('amqplib')
const { randomUUID } = require('crypto')
const { setTimeout: sleep } = require('timers/promises')

const begin = performance.now()
const say = (...words) => console.log(`${((performance.now() - begin) / 1000).toFixed(1)} s:`, ...words)

async function connect() {
  for (;;) {
    try {
      return await amqp.connect(`amqp://127.0.0.1:${process.argv[2]}?heartbeat=10`)
    } catch (error) {
      say(error.code)
      await sleep(3000)
    }
  }
}

async function main() {
  let connection, channel, answers
  const waiting = new Map()

  async function open() {
    connection = await connect()
    connection.on('error', error => say('error:', error.code ?? error.message))
    connection.on('close', () => say('closed'))
    channel = await connection.createChannel()
    await channel.assertQueue('rpc')
    answers = (await channel.assertQueue('', { exclusive: true })).queue
    const here = channel
    await channel.consume('rpc', async message => {
      await sleep(Number(message.content) * 1000)
      const { replyTo, correlationId } = message.properties
      here.sendToQueue(replyTo, Buffer.from(`after ${message.content} s`), { correlationId })
      here.ack(message)
    })
    await channel.consume(answers, message => {
      waiting.get(message.properties.correlationId)?.(message.content.toString())
    }, { noAck: true })
    say('connected')
  }

  function call(seconds, patience) {
    return new Promise(resolve => {
      const correlationId = randomUUID()
      const timer = setTimeout(() => resolve('too slow'), patience * 1000)
      waiting.set(correlationId, text => { clearTimeout(timer); resolve(text) })
      channel.sendToQueue('rpc', Buffer.from(`${seconds}`), { correlationId, replyTo: answers })
    })
  }

  await open()
  say(await call(1, 60))
  say(await call(3600, 7200))
  say(await call(100, 60))
  say((await Promise.all([5, 3, 1, 4].map(seconds => call(seconds, 60)))).join(', '))
  await new Promise(resolve => connection.once('close', resolve))
  await open()
  say(await call(2, 60))
  connection.removeAllListeners('close')
  await connection.close()
  say('end')
}
main()
