(* FunctionSymmetry.v - generators that check_function_symmetry accepts do not change any output of the
   network that the text denotes, with the functions of the real numbers.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive Permutation.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Other Meaning
  Readings Simulation Diff Claims
  Flow Text Relu TrueFlow Symmetry Symbols Functions SymbolValues Motion Curves FunctionFlow Replace Replaced.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* No output of the network changes under the signed permutation g, at any parameters, constants and inputs
   at which all is defined, and also at those that g puts for them; kinks included. *)
Definition function_symmetric (I : functions) (text : string) (g : generator) : Prop :=
  Permutation (map snd g) (vars (dim_of text)) /\
  forall e, defined_at I text e -> defined_at I text (transformed text g e) ->
  outputs_at I text (transformed text g e) = outputs_at I text e.

Section Symmetry.
  Variable I : functions.
  Variable text : string.
  Variable t : compiled.
  Hypothesis Ht : compile text = Ok t.
  Notation P := (t_problem t).
  Notation n := (p_dim P).
  Variable first : positive.
  Hypothesis Hfirst : (Z.of_nat (n + p_frozen P) < Zpos first)%Z.
  Variable t0 : tape.
  Variable T0 : table.
  Hypothesis HV : values_of first (p_prog P) [] [] = Ok (t0, T0).
  Variable g : generator.
  Notation leaf := (moved first n g no_gates).

  (* the values of the program in symbols, at any values of variables and symbols *)
  Lemma program_values e e2 : (forall a, (a < first)%positive -> e a = e2 a) -> sat I e T0 ->
    Forall2 (means Reals e) (outputs P t0) (outputs_at I text e2) /\
    (defined_at I text e2 -> fine False e T0).
  Proof.
    intros He HS. destruct (run_with R (sem_ops Reals e2) (real_units I) (p_prog P) [] []) as [tv u] eqn:ER.
    destruct (values_ok I first False e e2 He (p_prog P) _ _ _ _ _ _ _ _ HV ER) as [_ V].
    destruct (V HS (Forall2_nil _)) as [M F]. split.
    - destruct (compile_ok (sem_ops Reals e2) (real_units I) text t tv u Ht ER) as (_ & _ & EO & _).
      unfold outputs_at. rewrite EO. apply outputs_rel. exact M.
    - intros D. unfold defined_at, program_at in D. rewrite Ht in D. destruct D as [D1 D2]. rewrite ER in D1.
      apply F; [intros d []|exact D1|exact D2].
  Qed.
  Lemma leaf_ok e e2 a : (forall a, (a < first)%positive -> e a = e2 a) -> is_generator n g = true ->
    (a < first)%positive -> means Reals e (leaf a) (transformed text g e2 a).
  Proof.
    intros He HI Ha. unfold moved, transformed. rewrite (parameter_state text t Ht).
    destruct (is_state n a) eqn:S.
    - destruct (nth_error g (Pos.to_nat a - 1)) as [[minus b]|] eqn:E; [|apply mean_var, He, Ha].
      assert (Hb : is_state n b = true).
      { unfold is_generator in HI. apply andb_prop in HI as [_ HI]. rewrite forallb_forall in HI. apply HI.
        apply nth_error_In in E. apply (in_map snd) in E. exact E. }
      apply mean_polynomial. cbn [peval meval]. rewrite phi_IZR, (He b (state_early P first Hfirst b Hb)).
      destruct minus; cbn; ring.
    - apply Pos.ltb_lt in Ha as L. rewrite L. apply mean_var, He, Ha.
  Qed.
  Hypothesis HO0 : ordered first T0 = true.
  Hypothesis HS : function_symmetry P first (outputs P t0) T0 g = true.
  Theorem function_symmetry_ok : function_symmetric I text g.
  Proof.
    unfold function_symmetry in HS. apply andb_prop in HS as [HI H]. apply andb_prop in HI as [HI HC].
    destruct (replaced first leaf T0 no_places T0) as [[G T]|] eqn:ER; [|discriminate].
    apply andb_prop in H as [H HE]. apply andb_prop in H as [Ord _].
    split; [rewrite (dim_ok text t Ht); exact (is_generator_permutes n g HI)|]. intros e2 D D'.
    (* the values of all symbols: here, and those of the first table at the other place *)
    set (e := extend I T e2). set (e0 := extend I T0 (transformed text g e2)).
    destruct (extend_ok I T first e2 Ord) as [Be Se]. fold e in Be, Se.
    destruct (extend_ok I T0 first (transformed text g e2) HO0) as [B0 S0]. fold e0 in B0, S0.
    destruct (replaced_ok I first False leaf e e0 T0 first no_places T0 G T HO0 ER) as [L V].
    destruct V as [HG F]; [exact Se|exact S0| |].
    { intros a Ha. unfold put, no_places. rewrite PositiveMap.gempty, B0 by exact Ha.
      exact (leaf_ok e e2 a Be HI Ha). }
    destruct (program_values e e2 Be (longer_sat I e T0 T L Se)) as [M0 F0].
    destruct (program_values e0 _ B0 S0) as [M1 F1]. specialize (F (F0 D) (F1 D')). clear F0 F1.
    apply (same_values_ok e (vanishes T) (map (put_frac leaf G) (outputs P t0))
      (fun p Hp => reduce_zero I e T first Ord Se False F p (@is_nil_ok_ring Rring _ e Hp)) _ HE); [|exact
        M0].
    apply Forall2_map_l. rewrite forallb_forall in HC. clear HE M0. revert HC M1.
    generalize (outputs P t0), (outputs_at I text (transformed text g e2)).
    intros l l' HC M1. induction M1 as [|f v l l' Hf M1 IH]; constructor.
    - assert (Q := HC f (or_introl eq_refl)). apply andb_prop in Q as [C K]. rewrite (fval_means e0 f v Hf C).
      eapply put_frac_ok; [|exact C|exact K]. intros a Ha. apply HG. apply Pos.ltb_lt in Ha. unfold after in
        Ha.
      lia.
    - apply IH. intros h Hh. apply HC. now right.
  Qed.
End Symmetry.

(* THEOREM. Accepted generators are symmetries of the network, with the functions of the real numbers; for
   every erf, gelu and arbitrary function as in Functions.v. *)
Theorem function_symmetries text gs : check_function_symmetry text gs = true -> forall g, In g gs ->
  forall I : functions, function_symmetric I text g.
Proof.
  unfold check_function_symmetry. destruct (compile text) as [t|] eqn:Ht; [|discriminate]. intros H g Hg I.
  cbv zeta in H. apply andb_prop in H as [H HV]. apply andb_prop in H as [H _]. apply andb_prop in H as [Hf
    _].
  apply Z.ltb_lt in Hf.
  destruct (values_of (gate_number (t_layout t) 0) (p_prog (t_problem t)) [] []) as [[t0 T0]|] eqn:EV;
    [|discriminate].
  apply andb_prop in HV as [HO HV]. rewrite forallb_forall in HV.
  exact (function_symmetry_ok I text t Ht _ Hf t0 T0 EV g HO (HV g Hg)).
Qed.
