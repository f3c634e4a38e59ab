(* serve_verified.ml - linked behind main.ml: the verified checker for many certificates in one process.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   tests/checkers.py builds it and starts it with --help, which main.ml answers. Then each line on standard input is the
   file of a problem, a tab, the file of a certificate, a tab, and a number of seconds; each verdict is a line on standard
   output that starts with a tab, after what main.ml prints. *)
exception Late

let verdict problem certificate =
  try Main.check (Certificate.read (Main.read_file problem) (Main.read_file certificate)); "VERIFIED" with
  | Json.Reject reason -> "NOT VERIFIED: " ^ reason
  | Late -> "NOT VERIFIED: the time limit is met"
  | Stack_overflow -> "NOT VERIFIED: the stack is too small"
  | Out_of_memory -> "NOT VERIFIED: out of memory"
  | e -> "NOT VERIFIED: internal error: " ^ Printexc.to_string e

let () =
  Sys.set_signal Sys.sigalrm (Sys.Signal_handle (fun _ -> raise Late));
  try
    while true do
      match String.split_on_char '\t' (input_line stdin) with
      | [ problem; certificate; seconds ] ->
          ignore (Unix.alarm (int_of_string seconds));
          let answer = verdict problem certificate in
          ignore (Unix.alarm 0);
          Printf.printf "\t%s\n%!" (String.map (fun c -> if c = '\n' || c = '\t' then ' ' else c) answer)
      | _ -> exit 2
    done
  with End_of_file -> ()
