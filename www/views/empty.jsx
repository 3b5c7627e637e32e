/**
 * Before anything is opened: what this is, where to drop a capture, and the promise.
 *
 * @import { App } from "../state/app"
 * @import { Empty } from "../state/capture"
 */
import { Mark } from "../components/brand";
import { FileButton } from "../components/file_button";
import { FolderButton } from "../components/folder_button";
import { explain } from "../state/errors";
import { Switches } from "./bar_actions";
import { KeptTorrents } from "./kept_torrents";

/** @param {{ app: App, state: Empty, hovered: boolean }} props */
export function EmptyPage({ app, state, hovered }) {
  const problem = state.problem && explain(state.problem);
  return (
    <div class={hovered ? "empty-page is-hovered" : "empty-page"}>
      <div class="corner">
        <Switches app={app} />
      </div>
      <main>
        <h1>
          <Mark size={28} />
          Swarmscope
        </h1>
        <p class="what">
          Drop a network capture anywhere in this window and read what BitTorrent did in it: whom it asked, who
          answered, who sent what.
        </p>
        {problem && (
          <p class="trouble" role="alert">
            <strong>{problem.what}</strong> {problem.remedy}
          </p>
        )}
        {app.reading.notice.value && <p class="notice">{app.reading.notice.value}</p>}
        <KeptTorrents app={app} />
        <div class="targets">
          <FileButton class="target" onFiles={(files) => app.take(files)}>
            <strong>{hovered ? "Drop to read" : "Drop a capture, or choose a file"}</strong>
            <span>
              several files are read as one, in time order; .torrent files and magnet links tell what it cannot
            </span>
          </FileButton>
          <button type="button" class="target is-sample" onClick={() => app.reading.openSample()}>
            <strong>Open the sample</strong>
            <span>8.4 MiB, recorded in our own lab: one client starts and downloads two torrents</span>
          </button>
        </div>
        <p class="folder">
          <FolderButton class="button" onFolder={(haul) => app.take(haul)}>
            Choose a folder
          </FolderButton>{" "}
          <span>Its captures are read as one. A folder can be dropped too.</span>
        </p>
        <h2>Nothing leaves this page.</h2>
        <p class="promise">
          It has no server to send to, and its policy forbids every connection to another host. The capture is read
          where it lies and never stored. Pull the network cable: it works the same.
        </p>
        <p class="formats">
          pcap, pcapng, snoop, Network Monitor; as they are or in gzip, zstd, xz, LZ4. Any size. The format is read from
          the bytes, not from the name.
        </p>
      </main>
    </div>
  );
}
