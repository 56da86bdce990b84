import { Calls } from "./calls.js";
import { Chat } from "./chat.js";
import { Clock } from "./clock.js";
import { Faults } from "./faults.js";
import { Listening } from "./listening.js";
import { follow } from "./live.js";
import { toast } from "./notices.js";
import { Phone } from "./phone.js";
import { markTab, setUpTabs } from "./tabs.js";
import { Week } from "./week.js";

const STATES = { connecting: "Connecting", live: "Live", lost: "Reconnecting" };

setUpTabs();
const clock = new Clock({ onMoved: () => phone.refresh() });
const phone = new Phone(clock);
const chat = new Chat();
const calls = new Calls({
  nameOf: ({ chat: chatId, account }) => (chatId && chat.nameOfChat(chatId)) ?? (account && phone.nameOfAccount(account)) ?? "",
});
const faults = new Faults();
const listening = new Listening();
const week = new Week();

const topics = {
  message(data) {
    chat.onMessage(data);
    if (data.change === "new") markTab("chat");
  },
  phone() {
    phone.refresh();
    markTab("phone");
  },
  call(data) {
    calls.onCall(data);
    faults.onCall();
    listening.onCall(data);
  },
  fault() {
    faults.refresh();
  },
  week() {
    week.look();
  },
};

follow({
  onNews(topic, data) {
    topics[topic]?.(data);
  },
  onState(state) {
    const sign = document.getElementById("connection");
    sign.dataset.state = state;
    sign.textContent = STATES[state];
  },
  async onConnected() {
    faults.refresh();
    chat.refresh();
    listening.look();
    week.look();
    // The names of chats and accounts come first: the list of calls uses them.
    const loaded = await Promise.allSettled([clock.read(), chat.loadChats(), phone.load()]);
    for (const { reason } of loaded) if (reason) toast(reason.message, "bad");
    await calls.catchUp();
  },
});
