// amqplib, as its users have it: RPC, confirms, returned messages, dead letters, errors of a channel.
const [, , modules] = process.argv
const amqp = require(`${modules}/amqplib`)
const assert = require('assert')
const { randomUUID } = require('crypto')
const { once } = require('events')
const url = process.env.AMQP_URL

async function rpc(connection) {
  const server = await connection.createChannel()
  await server.assertQueue('rpc')
  await server.prefetch(1)
  await server.consume('rpc', message => {
    const { replyTo, correlationId } = message.properties
    server.sendToQueue(replyTo, Buffer.from(String(message.content).toUpperCase()), { correlationId })
    server.ack(message)
  })
  const client = await connection.createChannel()
  for (const queue of [(await client.assertQueue('', { exclusive: true })).queue, 'amq.rabbitmq.reply-to']) {
    const correlationId = randomUUID()
    const answer = new Promise(resolve => client.consume(queue, message => resolve(message), { noAck: true }))
    client.sendToQueue('rpc', Buffer.from('ping'), { correlationId, replyTo: queue })
    const message = await answer
    assert.equal(message.properties.correlationId, correlationId)
    assert.equal(String(message.content), 'PING')
  }
  await client.close()
  await server.close()
}

async function confirmsAndReturns(connection) {
  const channel = await connection.createConfirmChannel()
  await channel.assertQueue('small', { maxLength: 1, arguments: { 'x-overflow': 'reject-publish' } })
  channel.sendToQueue('small', Buffer.from('1'))
  await channel.waitForConfirms()
  channel.sendToQueue('small', Buffer.from('2'))
  await assert.rejects(channel.waitForConfirms())
  const returned = once(channel, 'return')
  channel.publish('', 'nowhere', Buffer.from('3'), { mandatory: true })
  assert.equal((await returned)[0].fields.replyCode, 312)
  await channel.deleteQueue('small')
}

async function deadLetters(connection) {
  const channel = await connection.createChannel()
  await channel.assertQueue('graves')
  await channel.assertQueue('short', { messageTtl: 50, deadLetterExchange: '', deadLetterRoutingKey: 'graves' })
  const dead = new Promise(resolve => channel.consume('graves', resolve, { noAck: true }))
  channel.sendToQueue('short', Buffer.from('old'), { headers: { nested: { list: [1, 'two', null, true, 2.5] } } })
  const { headers } = (await dead).properties
  assert.equal(headers['x-death'][0].reason, 'expired')
  assert.deepEqual(headers.nested, { list: [1, 'two', null, true, 2.5] })
}

async function errors(connection) {
  for (const [code, act] of [[404, channel => channel.checkQueue('nowhere')],
                             [406, channel => channel.assertQueue('graves', { durable: false })],
                             [403, channel => channel.assertExchange('amq.mine', 'direct')]]) {
    const channel = await connection.createChannel()
    channel.on('error', () => {})
    await assert.rejects(act(channel), error => error.code === code)
  }
  await (await connection.createChannel()).checkQueue('graves')
  await assert.rejects(amqp.connect(url.replace('guest:guest', 'guest:wrong')), /403|ACCESS[-_]REFUSED/)
}

async function main() {
  const connection = await amqp.connect(url, { clientProperties: { connection_name: 'amqplib' } })
  await rpc(connection)
  await confirmsAndReturns(connection)
  await deadLetters(connection)
  await errors(connection)
  await connection.close()
  console.log('all of it works')
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
