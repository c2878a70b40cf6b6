// Reads webhooks as a JSON list on stdin ({secret, id, timestamp, body, signature}), and answers
// with what the scheme's reference library makes of each: its own signature, and whether it
// accepts ours.
import { Webhook } from "standardwebhooks";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const webhooks = JSON.parse(Buffer.concat(chunks).toString("utf8"));

function accepts(library, { id, timestamp, body, signature }) {
  try {
    library.verify(body, {
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signature,
    });
    return true;
  } catch {
    return false;
  }
}

const answers = webhooks.map((webhook) => {
  const library = new Webhook(webhook.secret);
  const at = new Date(webhook.timestamp * 1000);
  return {
    signature: library.sign(webhook.id, at, webhook.body),
    accepted: accepts(library, webhook),
  };
});
process.stdout.write(JSON.stringify(answers));
