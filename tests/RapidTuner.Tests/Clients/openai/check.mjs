// OpenAI's own client against a running service: node check.mjs BASE_URL
import assert from "node:assert/strict";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.argv[2], apiKey: "unused", maxRetries: 0 });

const models = await client.models.list();
assert.deepEqual(models.data.map((m) => m.id), ["llama-3.1-70b"]);

const chat = await client.chat.completions.create({ model: "default", messages: [{ role: "user", content: "Hello" }], max_tokens: 3 });
assert.equal(chat.choices[0].message.content, " t1 t2 t3");
assert.equal(chat.choices[0].finish_reason, "length");
assert.equal(chat.usage.completion_tokens, 3);

const stream = await client.chat.completions.create({
  model: "default", messages: [{ role: "user", content: "Hello" }], max_tokens: 4, stream: true, stream_options: { include_usage: true },
});
const texts = [];
let usage = null;
for await (const chunk of stream) {
  if (chunk.choices.length > 0) {
    texts.push(chunk.choices[0].delta.content);
  }
  usage = chunk.usage ?? usage;
}
assert.deepEqual(texts, [" t1", " t2", " t3", " t4"]);
assert.equal(usage.completion_tokens, 4);

const text = await client.completions.create({ model: "default", prompt: "Once", max_tokens: 9, stop: ["t3"] });
assert.equal(text.choices[0].text, " t1 t2 ");
assert.equal(text.choices[0].finish_reason, "stop");

await assert.rejects(client.chat.completions.create({ model: "other", messages: [{ role: "user", content: "Hello" }] }), (error) => error.status === 404 && error.code === "model_not_found");
await assert.rejects(client.completions.create({ model: "default", prompt: "a", n: 2 }), (error) => error.status === 400 && error.param === "n");
