(* Text.v - what the checks of Compile.v say about the network and the laws that texts denote.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia.
From LawCert Require Import Poly Model Checker Language Elaborate Compile Meaning Simulation Diff Claims Flow.
Import ListNotations.
Open Scope list_scope.

(* ------------------------------------------------------------------ programs and values
   gates n: the names of the gates of the n-th matrix of units; every entry is multiplied by the value of its gate *)
Definition gate_names (prog : list node) : list (list (list positive)) :=
  flat_map (fun nd => match nd with Gate _ _ ids => [ids] | _ => [] end) prog.
Definition by_gates {A} (K : ops A) (gates : list (list (list positive))) (n k : nat) (m : list (list A)) : list (list A) :=
  zip (zip (omul K)) (map (map (ovar K)) (nth n gates [])) m.
Lemma run_by_gates A (K : ops A) prog : forall gates acc u,
  fst (run_with A K (by_gates K (gates ++ gate_names prog)) prog acc u) = run K prog acc \/ List.length u <> List.length gates.
Proof.
  induction prog as [|nd prog IH]; intros gates acc u; [left; reflexivity|].
  destruct (Nat.eq_dec (List.length u) (List.length gates)) as [E|E]; [|right; exact E]. left.
  destruct (is_gate nd) eqn:G.
  - destruct nd; try discriminate. cbn [run_with evaluate run step gate_names flat_map].
    change (flat_map _ prog) with (gate_names prog).
    replace (gates ++ [ids] ++ gate_names prog) with ((gates ++ [ids]) ++ gate_names prog) by (rewrite <- app_assoc; reflexivity).
    destruct (IH (gates ++ [ids]) (acc ++ [by_gates K ((gates ++ [ids]) ++ gate_names prog) (List.length u) kind (nth i acc [])])
      (u ++ [(kind, nth i acc [])])) as [H|H].
    + rewrite H. f_equal. f_equal. f_equal. unfold by_gates. rewrite app_nth1, app_nth2, E, Nat.sub_diag by (rewrite ?app_length; simpl; lia).
      reflexivity.
    + exfalso. apply H. rewrite !app_length. simpl. lia.
  - assert (E1 : gate_names (nd :: prog) = gate_names prog) by (destruct nd; try discriminate; reflexivity). rewrite E1.
    destruct (IH gates (acc ++ [step K acc nd]) u) as [H|H]; [|contradiction].
    destruct nd; try discriminate; exact H.
Qed.
Lemma run_without_gates A (K : ops A) act prog : existsb is_gate prog = false -> forall acc u,
  run_with A K act prog acc u = (run K prog acc, u).
Proof.
  induction prog as [|nd prog IH]; intros H acc u; [reflexivity|]. simpl in H. apply orb_false_iff in H as [G H].
  destruct nd; try discriminate; simpl; apply IH; exact H.
Qed.

(* ------------------------------------------------------------------ what an accepted text says *)
Lemma all_ok_in {X Y} (f : X -> result Y) l : forall ys, all_ok f l = Ok ys -> forall x, In x l -> exists y, f x = Ok y /\ In y ys.
Proof.
  induction l as [|a l IH]; intros ys H x Hx; [contradiction|]. simpl in H. destruct (f a) as [y|] eqn:E; [|discriminate].
  destruct (all_ok f l) as [ys'|]; [|discriminate]. injection H as <-. destruct Hx as [->|Hx].
  - exists y. split; [assumption|now left].
  - destruct (IH ys' eq_refl x Hx) as (z & H1 & H2). exists z. split; [assumption|now right].
Qed.
Lemma about_spec text laws check : about text laws check = true -> exists t ls, compile text = Ok t /\
  all_ok (compile_law t) laws = Ok ls /\ check_gates t = true /\ check (t_problem t) ls = true.
Proof.
  unfold about. destruct (compile text) as [t|]; [|discriminate]. destruct (all_ok _ laws) as [ls|] eqn:E; [|discriminate].
  intros H. apply andb_prop in H as [H1 H2]. eauto 6.
Qed.
Theorem check_text_conserved text laws c : check_text text laws c = true -> check_text_laws text laws = true.
Proof.
  intros H. apply about_spec in H as (t & ls & Ht & Hl & HG & H). unfold check_text_laws, about. rewrite Ht, Hl, HG.
  unfold check_complete in H. apply andb_prop in H as [H _]. apply andb_prop in H as [H _]. apply andb_prop in H as [H _]. exact H.
Qed.

Open Scope R_scope.
(* The law s is constant along every curve gamma on an interval I whose velocity is at every time a combination of members:
   gradients of outputs at any inputs and any values of the gates (see `velocity` in Flow.v), as long as its denominator is
   not zero. *)
Definition text_law_constant (text s : string) : Prop := exists t l, compile text = Ok t /\ compile_law t s = Ok l /\
  let P := t_problem t in
  forall (I : R -> Prop) (gamma v : positive -> R -> R),
  (forall s t u, I s -> I t -> s <= u <= t -> I u) ->
  (forall t a, I t -> is_state (p_dim P) a = true -> derivable_pt_lim (gamma a) t (v a t)) ->
  (forall s t a, is_state (p_dim P) a = false -> gamma a s = gamma a t) ->
  (forall t, I t -> exists w, velocity P (fun a => gamma a t) w /\ forall a, is_state (p_dim P) a = true -> v a t = w a) ->
  (forall t, I t -> peval Rring (fun a => gamma a t) (snd (law_frac l variable)) <> 0) ->
  forall s t, I s -> I t -> law_real (fun a => gamma a s) l = law_real (fun a => gamma a t) l.
Theorem text_conserved text laws : check_text_laws text laws = true -> forall s, In s laws -> text_law_constant text s.
Proof.
  intros H s Hs. apply about_spec in H as (t & ls & Ht & Hl & _ & H).
  destruct (all_ok_in _ _ _ Hl s Hs) as (l & E & Hin). exists t, l. split; [exact Ht|]. split; [exact E|].
  exact (law_constant (t_problem t) ls H l Hin).
Qed.
