// Plays a list of frames; the number of the one that is shown is the model's "at".
function render({ model, el }) {
  const bar = document.createElement("div");
  const play = document.createElement("button");
  const slider = document.createElement("input");
  const title = document.createElement("span");
  const frame = document.createElement("div");
  bar.className = "halfstep-frames-bar";
  frame.className = "halfstep-frames-frame";
  play.type = "button";
  slider.type = "range";
  slider.min = "0";
  slider.setAttribute("aria-label", "frame");
  bar.append(play, slider, title);
  el.append(bar, frame);

  let timer = null;
  const count = () => model.get("frames").length;

  function show() {
    const at = model.get("at");
    slider.max = String(count() - 1);
    slider.value = String(at);
    title.textContent = `${at + 1} / ${count()}  ${model.get("titles")[at]}`;
    frame.innerHTML = model.get("frames")[at];
  }
  function go(at) {
    model.set("at", at);
    model.save_changes();
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶";
    play.setAttribute("aria-label", "play");
  }
  function start() {
    if (model.get("at") + 1 >= count()) go(0);
    play.textContent = "⏸";
    play.setAttribute("aria-label", "pause");
    timer = setInterval(() => {
      if (model.get("at") + 1 < count()) go(model.get("at") + 1);
      else stop();
    }, model.get("interval"));
  }

  play.addEventListener("click", () => (timer === null ? start() : stop()));
  slider.addEventListener("input", () => go(Number(slider.value)));
  model.on("change:at", show);
  model.on("change:frames", show);
  stop();
  show();
  return () => clearInterval(timer);
}

export default { render };
