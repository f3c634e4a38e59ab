(* Text.v - what the checks of Compile.v say about the network and the laws that texts denote.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Readings
  Simulation Diff Claims Flow.
Import ListNotations.
Open Scope list_scope.

(* ------------------------------------------------------------------ programs and values
   gates n: the names of the gates of the n-th matrix of units;
     every entry is multiplied by the value of its gate *)
Definition gate_names (prog : list node) : list (list (list positive)) :=
  flat_map (fun nd => match nd with Gate _ _ ids => [ids] | _ => [] end) prog.
Definition by_gates {A} (K : ops A) (gates : list (list (list positive))) (n k : nat) (m : list (list A))
  : list (list A) :=
  zip (zip (omul K)) (map (map (ovar K)) (nth n gates [])) m.
Lemma run_by_gates A (K : ops A) prog : forall gates acc u,
  fst (run_with A K (by_gates K (gates ++ gate_names prog)) prog acc u) = run K prog acc \/ List.length u <>
    List.length gates.
Proof.
  induction prog as [|nd prog IH]; intros gates acc u; [left; reflexivity|].
  destruct (Nat.eq_dec (List.length u) (List.length gates)) as [E|E]; [|right; exact E]. left.
  destruct (is_gate nd) eqn:G.
  - destruct nd as [| | | | | | | | | | | | kind i ids]; try discriminate.
      cbn [run_with evaluate run step gate_names flat_map].
    change (flat_map _ prog) with (gate_names prog).
    replace (gates ++ [ids] ++ gate_names prog) with ((gates ++ [ids]) ++ gate_names prog)
      by (rewrite <- app_assoc; reflexivity).
    destruct (IH (gates ++ [ids]) (acc ++ [by_gates K ((gates ++ [ids]) ++ gate_names prog) (List.length u)
      kind (nth i acc [])])
      (u ++ [(kind, nth i acc [])])) as [H|H].
    + rewrite H. f_equal. f_equal. f_equal. unfold by_gates.
      rewrite app_nth1, app_nth2, E, Nat.sub_diag by (rewrite ?app_length; simpl; lia).
      reflexivity.
    + exfalso. apply H. rewrite !app_length. simpl. lia.
  - assert (E1 : gate_names (nd :: prog) = gate_names prog) by (destruct nd; try discriminate; reflexivity).
    rewrite E1.
    destruct (IH gates (acc ++ [step K acc nd]) u) as [H|H]; [|contradiction].
    destruct nd; try discriminate; exact H.
Qed.
Lemma run_without_gates A (K : ops A) act prog : existsb is_gate prog = false -> forall acc u,
  run_with A K act prog acc u = (run K prog acc, u).
Proof.
  induction prog as [|nd prog IH]; intros H acc u; [reflexivity|]. simpl in H.
    apply orb_false_iff in H as [G H].
  destruct nd; try discriminate; simpl; apply IH; exact H.
Qed.

(* ------------------------------------------------------------------ the program of a text computes its
   value *)
Section Value.
  Context {A : Type}.
  Variable K : ops A.
  Variable act : nat -> nat -> list (list A) -> list (list A).
  Notation matrix := (list (list A)).
  Lemma places_ok T l l' : list_rel A (tensor_rel A) T l l' ->
    List.concat (map (entries T) (map (fun v : tensor entity => fst (val v)) l)) =
    List.concat (map (fun v : tensor matrix => List.concat (val v)) l').
  Proof.
    intros H. induction H as [|a b l l' (E & _) H IH]; simpl; [reflexivity|]. rewrite IH. f_equal.
    unfold entries. red in E. rewrite (nth_error_nth _ _ _ E). reflexivity.
  Qed.
  (* the two readings of a text: its program, and its value *)
  Lemma compile_read text t : compile text = Ok t ->
    exists (m : model entity) (m' : model matrix) (w : option (tensor entity)) w' b T u,
    t_problem t = problem_of (t_layout t) m w b /\ t_declared t = declared entity (scope entity m) /\
    text_value K act text = Ok (t_layout t, m', w', u) /\ text_layout text = t_layout t /\
    run_with A K act (p_prog (t_problem t)) [] [] = (T, u) /\
    model_rel A T m m' /\ option_rel A (tensor_rel A) T w w'.
  Proof.
    unfold compile, compile_statements, text_layout, text_value.
    destruct (parse_model text) as [l|]; [|discriminate]. destruct (shapes l) as [L|]; [|discriminate].
    assert (H := sim_elaborate A K act L l no_program []). unfold model_value.
    assert (S0 : state A K act [] no_program []) by (split; reflexivity). specialize (H S0).
    destruct (elaborate building _ _ _ l no_program) as [[[m w] b]|]; [|discriminate].
    destruct (elaborate _ _ _ _ l []) as [[[m' w'] u]|]; [|contradiction].
    destruct H as (T & _ & [HR _] & HM & HW). cbn [fst snd] in *.
    destruct (layout_eqb L (layout_of m)); [|discriminate]. intros E. injection E as <-.
    exists m, m', w, w', b, T, u. cbn [t_problem t_layout t_declared problem_of p_prog].
    unfold rev'. rewrite <- rev_alt. auto 8.
  Qed.
  (* the values T of all nodes of the program: outputs, weights and units are those of the text *)
  Theorem compile_ok text t T u : compile text = Ok t -> run_with A K act (p_prog (t_problem t)) [] [] = (T,
    u) ->
    text_units K act text = u /\ text_layout text = t_layout t /\
    text_outputs K act text = outputs (t_problem t) T /\
    text_weights K act text = option_map (entries T) (p_weights (t_problem t)).
  Proof.
    intros Ht HT. destruct (compile_read text t Ht) as
      (m & m' & w & w' & b & T' & u' & EP & _ & EV & EL & HR & HM & HW).
    rewrite HR in HT. injection HT as <- <-. unfold text_units, text_outputs, text_weights. rewrite EV, EP.
    split; [reflexivity|]. split; [exact EL|]. split.
    - unfold outputs. cbn [p_outputs problem_of].
      assert (ER : Statements.raw entity m = Statements.raw _ m') by apply HM. rewrite ER.
      destruct (Statements.raw _ m'); [reflexivity|]. symmetry. apply places_ok. apply HM.
    - destruct w as [w|], w' as [w'|]; simpl in HW; try contradiction; simpl; [|reflexivity].
      destruct HW as (E & _). red in E. unfold entries. rewrite (nth_error_nth _ _ _ E). reflexivity.
  Qed.
  Lemma compile_law_with_ok allowed text t s l T u : compile text = Ok t ->
    compile_law_with allowed t s = Ok l -> run_with A K act l [] [] = (T, u) ->
    text_law K act text s = entry K (last T []) 0 0 /\ forallb allowed l = true.
  Proof.
    intros Ht Hl HT. destruct (compile_read text t Ht) as
      (m & m' & w & w' & b & T' & u' & _ & ED & EV & _ & _ & HM & _).
    unfold compile_law_with in Hl. unfold text_law. rewrite EV.
    destruct (parse_expression s) as [e|]; [|discriminate]. unfold law_value_of.
    rewrite ED in Hl. assert (EM : declared entity (scope entity m) = declared _ (scope _ m')) by apply HM.
    rewrite EM in Hl.
    assert (H := sim_law A K act (t_layout t) (declared _ (scope _ m')) e no_program []).
    assert (S0 : state A K act [] no_program []) by (split; reflexivity). specialize (H S0).
    destruct (law_of building _ _ _ _ e no_program) as [[v b']|]; [|discriminate].
    destruct (law_of _ _ _ _ _ e []) as [[v' u2]|]; [|contradiction]. destruct H as (T1 & _ & [HR HL] & HV).
    destruct (forallb allowed (b_nodes b')) eqn:G; [|discriminate]. cbn [negb] in Hl.
    destruct (Nat.eqb_spec (S (fst (val v))) (b_length b')) as [EL|]; [|discriminate].
    injection Hl as <-. unfold rev' in *. rewrite <- rev_alt in *. split.
    - rewrite HR in HT. injection HT as <- _. f_equal.
      destruct HV as (EN & _). red in EN. symmetry. rewrite <- HL in EL. clear -EL EN. revert EL EN.
      generalize (fst (val v)). induction T1 as [|x T IH]; intros i EL EN; [discriminate|].
      destruct T as [|y T]; [destruct i; [injection EN as ->; reflexivity|discriminate]|].
      destruct i as [|i]; [discriminate|]. cbn [last]. apply (IH i); [simpl in *; lia|exact EN].
    - rewrite forallb_forall in *. intros x Hx. apply G. apply in_rev. exact Hx.
  Qed.
  Theorem compile_law_ok text t s l : compile text = Ok t -> compile_law t s = Ok l ->
    text_law K act text s = law_value K l.
  Proof.
    intros Ht Hl. destruct (run_with A K act l [] []) as [T u] eqn:E.
    destruct (compile_law_with_ok _ text t s l T u Ht Hl E) as [-> G]. unfold law_value.
    rewrite run_without_gates in E; [injection E as <- _; reflexivity|].
    rewrite forallb_forall in G. apply not_true_iff_false. intros Q.
    apply existsb_exists in Q as (x & Hx & Q).
    specialize (G x Hx). rewrite Q in G. discriminate.
  Qed.
End Value.
Lemma compile_shape text t : compile text = Ok t ->
  p_dim (t_problem t) = Z.to_nat (l_dim (t_layout t)) /\
    p_frozen (t_problem t) = Z.to_nat (l_constants (t_layout t)) /\
  (p_outputs (t_problem t) <> [] -> p_wires (t_problem t) = map (fun a => (a,
    a)) (vars (p_dim (t_problem t)))).
Proof.
  unfold compile, compile_statements. destruct (parse_model text) as [l|]; [|discriminate].
    destruct (shapes l) as [L|]; [|discriminate].
  destruct (elaborate _ _ _ _ _ _) as [[[m w] b]|]; [|discriminate].
    destruct (layout_eqb _ _); [|discriminate].
  intros E. injection E as <-. unfold problem_of. simpl. repeat split.
    destruct (Statements.raw entity m); [congruence|reflexivity].
Qed.

Lemma layout_ok text t : compile text = Ok t -> text_layout text = t_layout t.
Proof.
  unfold compile, compile_statements, text_layout. destruct (parse_model text) as [l|]; [|discriminate].
  destruct (shapes l) as [L|]; [|discriminate]. destruct (elaborate _ _ _ _ _ _) as [[[m w] b]|];
    [|discriminate].
  destruct (layout_eqb _ _); [|discriminate]. intros E. injection E as <-. reflexivity.
Qed.

(* ------------------------------------------------------------------ what an accepted text says *)
Lemma all_ok_in {X Y} (f : X -> result Y) l : forall ys, all_ok f l = Ok ys -> forall x, In x l ->
  exists y, f x = Ok y /\ In y ys.
Proof.
  induction l as [|a l IH]; intros ys H x Hx; [contradiction|]. simpl in H.
    destruct (f a) as [y|] eqn:E; [|discriminate].
  destruct (all_ok f l) as [ys'|]; [|discriminate]. injection H as <-. destruct Hx as [->|Hx].
  - exists y. split; [assumption|now left].
  - destruct (IH ys' eq_refl x Hx) as (z & H1 & H2). exists z. split; [assumption|now right].
Qed.
Lemma about_spec text laws check : about text laws check = true -> exists t ls, compile text = Ok t /\
  all_ok (compile_law t) laws = Ok ls /\ check_gates t = true /\ check (t_problem t) ls = true.
Proof.
  unfold about. destruct (compile text) as [t|]; [|discriminate]. destruct (all_ok _ laws) as [ls|] eqn:E;
    [|discriminate].
  intros H. apply andb_prop in H as [H1 H2]. eauto 6.
Qed.
Theorem check_text_conserved text laws c : check_text text laws c = true -> check_text_laws text laws = true.
Proof.
  intros H. apply about_spec in H as (t & ls & Ht & Hl & HG & H). unfold check_text_laws, about.
    rewrite Ht, Hl, HG.
  unfold check_complete in H. apply andb_prop in H as [H _]. apply andb_prop in H as [H _].
    apply andb_prop in H as [H _]. exact H.
Qed.

(* The kernel's network and laws over the real numbers are those of the text;
   gates are the numbers that e gives to their
   names. *)
Theorem network_of_text text t e : compile text = Ok t -> network (t_problem t) e =
  text_outputs (sem_ops Reals e) (by_gates (sem_ops Reals e) (gate_names (p_prog (t_problem t)))) text.
Proof.
  intros Ht. set (K := sem_ops Reals e). set (prog := p_prog (t_problem t)).
  destruct (run_with R K (by_gates K (gate_names prog)) prog [] []) as [T u] eqn:E.
  destruct (compile_ok K _ text t T u Ht E) as (_ & _ & H & _). rewrite H. unfold network.
  destruct (run_by_gates R K prog [] [] []) as [Q|Q]; [|exfalso; apply Q; reflexivity].
  change (fst (run_with R K (by_gates K (gate_names prog)) prog [] []) = run K prog []) in Q. rewrite E in Q.
    cbn [fst] in Q.
  rewrite Q. reflexivity.
Qed.

Open Scope R_scope.
(* The law s is constant along every curve gamma on an interval I whose velocity is at every time a
   combination of members:
   gradients of outputs at any inputs and any values of the gates (see `velocity` in
     Flow.v), as long as its denominator is
   not zero. *)
Definition text_law_constant (text s : string) : Prop := exists t l, compile text = Ok t /\
  compile_law t s = Ok l /\
  let P := t_problem t in
  forall (I : R -> Prop) (gamma v : positive -> R -> R),
  (forall s t u, I s -> I t -> s <= u <= t -> I u) ->
  (forall t a, I t -> is_state (p_dim P) a = true -> derivable_pt_lim (gamma a) t (v a t)) ->
  (forall s t a, is_state (p_dim P) a = false -> gamma a s = gamma a t) ->
  (forall t, I t -> exists w, velocity P (fun a => gamma a t) w /\ forall a, is_state (p_dim P) a = true ->
    v a t = w a) ->
  (forall t, I t -> peval Rring (fun a => gamma a t) (snd (law_frac l variable)) <> 0) ->
  forall s t, I s -> I t -> law_real (fun a => gamma a s) l = law_real (fun a => gamma a t) l.
Theorem text_conserved text laws : check_text_laws text laws = true -> forall s, In s laws ->
  text_law_constant text s.
Proof.
  intros H s Hs. apply about_spec in H as (t & ls & Ht & Hl & _ & H).
  destruct (all_ok_in _ _ _ Hl s Hs) as (l & E & Hin). exists t, l. split; [exact Ht|]. split; [exact E|].
  exact (law_constant (t_problem t) ls H l Hin).
Qed.
