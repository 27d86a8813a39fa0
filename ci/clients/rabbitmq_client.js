// rabbitmq-client, as its users have it: publishers with confirms, consumers, RPC, a queue that is deleted.
const [, , modules] = process.argv
const { Connection } = require(`${modules}/rabbitmq-client`)
const assert = require('assert')

async function main() {
  const rabbit = new Connection({ url: process.env.AMQP_URL, connectionName: 'rabbitmq-client' })
  rabbit.on('error', error => console.error(error))
  await rabbit.onConnect(5000)

  const got = []
  let all
  const done = new Promise(resolve => { all = resolve })
  const consumer = rabbit.createConsumer({
    queue: 'events',
    queueOptions: { durable: true },
    qos: { prefetchCount: 2 },
    exchanges: [{ exchange: 'facts', type: 'topic' }],
    queueBindings: [{ exchange: 'facts', routingKey: 'users.*' }]
  }, async message => {
    got.push(message.body)
    if (got.length === 3) all()
  })
  await new Promise(resolve => consumer.once('ready', resolve))
  const publisher = rabbit.createPublisher({ confirm: true, maxAttempts: 2, exchanges: [{ exchange: 'facts', type: 'topic' }] })
  for (const n of [1, 2, 3]) await publisher.send({ exchange: 'facts', routingKey: 'users.visit' }, { n })
  await publisher.send({ exchange: 'facts', routingKey: 'orders.paid' }, 'nobody wants it')
  await done
  assert.deepEqual(got, [{ n: 1 }, { n: 2 }, { n: 3 }])

  const server = rabbit.createConsumer({ queue: 'rpc' }, async (request, reply) => {
    await reply(request.body.toUpperCase())
  })
  await new Promise(resolve => server.once('ready', resolve))
  const client = rabbit.createRPCClient({ confirm: true })
  assert.equal((await client.send('rpc', 'ping')).body, 'PING')

  await assert.rejects(rabbit.queueDeclare({ queue: 'nowhere', passive: true }), error => error.code === 'NOT_FOUND')
  await client.close()
  await server.close()
  await publisher.close()
  await consumer.close()
  await rabbit.close()
  console.log('all of it works')
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
