// What page and server say to each other on a terminal's channel (webterm.v1), message by message: types only.
// docs/channel.md says what each means. Offsets count bytes since the terminal began; sizes are in characters.

/**
 * @typedef {"type" | "watch"} Role
 *
 * @typedef {object} Resume
 * @property {string} terminal its ID
 * @property {number} output the offset of the next byte that the page wants
 * @property {number} [viewer] which one it was; without it a new one
 *
 * @typedef {object} Hello
 * @property {"hello"} type
 * @property {number} cols
 * @property {number} rows
 * @property {Role} [as] what it would like to be; `type` where it does not say
 * @property {string} [name] a guest's, 1 to 40 characters
 * @property {Resume} [resume]
 */

// From the page

/**
 * @typedef {{type: "resize", cols: number, rows: number}} Resize
 * @typedef {{type: "ack", output: number}} Acknowledge all output before that offset is on the screen
 * @typedef {{type: "ping", id: number}} Ping
 * @typedef {{type: "sending", to: number}} Sending to how many terminals at once; 0 is to this one alone
 * @typedef {{type: "break"}} Break
 * @typedef {{type: "close"}} Close
 * @typedef {{type: "control", force?: boolean}} Control asks for the keyboard; with `force` takes it
 * @typedef {{type: "give", viewer: number}} Give
 * @typedef {{type: "deny", viewer: number}} Deny
 * @typedef {{type: "release"}} Release types no more
 * @typedef {{type: "sees", sees: boolean}} Sees the page came into sight, or went out of it
 * @typedef {{type: "note", text: string}} NoteToAll at most 1,000 characters, to everybody here but the host
 * @typedef {{type: "share", role: Role, seconds: number, label: string, uses: number}} Share makes a link that lives so
 *   long
 * @typedef {{type: "unshare", link: string}} Unshare
 * @typedef {{type: "links"}} AskLinks
 *
 * @typedef {Hello | Resize | Acknowledge | Ping | Sending | Break | Close | Control | Give | Deny | Release | Sees |
 *   NoteToAll | Share | Unshare | AskLinks} FromPage
 */

// From the server

/**
 * @typedef {object} Welcome
 * @property {"welcome"} type
 * @property {string} terminal its ID
 * @property {number} output the offset of the next byte
 * @property {number} input bytes that have come from this viewer
 * @property {number} room bytes that may come more
 * @property {boolean} resumed
 * @property {number} missed bytes of output that are gone from history
 * @property {number} window bytes that may stay unacknowledged
 * @property {number} detached seconds that the terminal outlives its channel
 * @property {number} seen the highest offset that was ever sent to anybody
 * @property {number} screen bytes that paint the screen come first
 * @property {number[][]} sizes from which offset on the screen had which size: offset, columns, rows
 * @property {number} [idle] seconds from now on in which nothing may be done; none is for ever
 * @property {number} [viewer] the number of this viewer, from 1
 * @property {Role} [role]
 * @property {number} [turn] how often the one who types has changed
 * @property {number} [cols] the terminal's
 * @property {number} [rows]
 *
 * @typedef {{input: number, room: number}} Room what the server has of this viewer's input, and takes more
 * @typedef {{type: "input"} & Room} Input
 * @typedef {{type: "pong", id: number} & Room} Pong
 * @typedef {{type: "skip", output: number, missed: number, screen: number}} Skip output goes on at `output`, behind a
 *   painting
 * @typedef {{type: "notice", message: string, kind?: "line" | "warning" | "operator"}} Notice words, not from the host
 * @typedef {{type: "role", role: Role, turn: number, by: string, seen?: number} & Room} RoleChange
 * @typedef {{type: "asked", viewer: number, who: string}} Asked to the one who types: somebody asks for the keyboard
 * @typedef {{type: "denied", viewer: number}} Denied
 * @typedef {{type: "size", cols: number, rows: number}} Size to those who watch, in its place among the output
 * @typedef {{type: "note", text: string, who: string, at: number}} Note `at` in Unix seconds
 *
 * @typedef {object} Viewer
 * @property {number} viewer
 * @property {string} who
 * @property {Role} role
 * @property {number} since seconds ago, or since when in Unix seconds
 * @property {number} cols its window's
 * @property {number} rows
 * @property {boolean} sees whether its page is in sight
 *
 * @typedef {{type: "viewers", viewers: Viewer[], begun: number}} Viewers who is here, and bytes typed since the last
 *   Enter
 *
 * @typedef {object} Link without its token
 * @property {string} link
 * @property {string} label
 * @property {Role} role
 * @property {number} expires in Unix seconds
 * @property {number} uses how many browsers may; 0 is any number
 * @property {number} [used]
 * @property {string} [by] who has made it
 * @property {boolean} [own] whether that is who looks at the list
 *
 * @typedef {{type: "shared", link: string, token: string, role: Role, expires: number, uses: number}} Shared
 * @typedef {{type: "links", links: Link[]}} Links
 *
 * @typedef {{type: "exit", code?: number, signal?: string, reason?: string}} Exit
 * @typedef {{type: "error", code: string, message: string}} Failure
 * @typedef {{type: "goaway", retry: number}} GoAway come back after so many milliseconds
 *
 * @typedef {Welcome | Input | Pong | Skip | Notice | RoleChange | Asked | Denied | Size | Note | Viewers | Shared |
 *   Links | Exit | Failure | GoAway} FromServer
 */

/**
 * @typedef {RoleChange | Viewers | Asked | Denied | Size | Note | Shared | Links} People what is said of who is here
 */

// How a channel ends

/**
 * @typedef {object} End
 * @property {"exit" | "error" | "goaway" | "lost"} kind
 * @property {string | number} [code] an error's word, or the client program's
 * @property {string} [message] a sentence for the visitor
 * @property {string} [signal] what ended the client program
 * @property {string} [reason] why it ended, where that is known
 * @property {number} [retry] come back after so many milliseconds
 * @property {boolean} [wasOpen] whether a channel that is lost had been welcomed
 * @property {boolean} [isReturn] whether the terminal is gone though it was to be kept: with its server
 */

export {};
