// Drives a Bot API with grammY and prints what it saw as JSON.
// Arguments: the folder with grammY installed, base URL, token, group, picture and video files.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, base, token, group, picturePath, videoPath] = process.argv.slice(2);
const { Bot, GrammyError, InlineKeyboard, InputFile, InputMediaBuilder } = createRequire(`${folder}/`)("grammy");

const chat = Number(group);
const picture = readFileSync(picturePath);
const bot = new Bot(token, { client: { apiRoot: base } });
const seen = { errors: {} };

async function refused(name, call) {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof GrammyError)) throw error;
    seen.errors[name] = [error.error_code, error.description, error.parameters];
  }
}

bot.on("callback_query:data", async (context) => {
  await context.answerCallbackQuery({ text: "Seen by grammY" });
  await context.editMessageCaption({ caption: `Pressed by ${context.from.first_name}` });
  seen.pressed = context.callbackQuery.data;
  await bot.stop();
});

await bot.init();
seen.me = bot.botInfo.username;

const keyboard = new InlineKeyboard().text("Go", "grammy:go").url("Open", "https://example.com");
const card = await bot.api.sendPhoto(chat, new InputFile(picture, "card.jpg"), {
  caption: "<b>Card</b>",
  parse_mode: "HTML",
  reply_markup: keyboard,
});
seen.card = [card.photo.length > 0, card.caption, card.caption_entities[0].type];

const edited = await bot.api.editMessageCaption(chat, card.message_id, { caption: "Edited", reply_markup: keyboard });
seen.edited = edited.caption;
await refused("same", () =>
  bot.api.editMessageCaption(chat, card.message_id, { caption: "Edited", reply_markup: keyboard }));

const album = await bot.api.sendMediaGroup(chat, [
  InputMediaBuilder.photo(new InputFile(picture, "one.jpg"), { caption: "Album" }),
  InputMediaBuilder.video(new InputFile(videoPath)),
]);
seen.album = [album.length, album[0].media_group_id === album[1].media_group_id, album[1].video.width];

const document = await bot.api.sendDocument(chat, new InputFile(picture, "original.jpg"));
const file = await bot.api.getFile(document.document.file_id);
const download = await fetch(`${base}/file/bot${token}/${file.file_path}`);
seen.same_bytes = Buffer.from(await download.arrayBuffer()).equals(picture);

await refused("chat", () => bot.api.sendMessage(-1, "x"));
await refused("markup", () => bot.api.sendMessage(chat, "<b>x", { parse_mode: "HTML" }));
await refused("flood", async () => {
  for (let number = 0; number < 30; number += 1) await bot.api.sendMessage(chat, String(number));
});

await bot.start();
console.log(JSON.stringify(seen));
