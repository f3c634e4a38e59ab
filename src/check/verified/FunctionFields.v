(* FunctionFields.v - the fields that the analysis of Symbols.v computes are the members of the family of a
   network with functions, up to factors.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Readings
  Simulation Diff Claims
  Flow Text Relu TrueFlow Symbols Functions SymbolValues Motion Curves FunctionFlow.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

Section Family.
  Variable I : functions.
  Variable text : string.
  Variable t : compiled.
  Hypothesis Ht : compile text = Ok t.
  Notation P := (t_problem t).
  Notation n := (p_dim P).
  Variable first : positive.
  Hypothesis Hfirst : (Z.of_nat (n + p_frozen P) < Zpos first)%Z.
  (* the table before the analysis *)
  Variable Th : table.
  Variable A : analysis.
  Hypothesis HA : analyse P first Th = Ok A.
  Notation T := (a_table A).
  Notation K := (sem_ops Reals).
  Lemma table_facts : exists tt u lm fs gs, values_of first (p_prog P) [] Th = Ok (tt, T) /\ T = Th ++ u /\
    all_motions first T T (PositiveMap.empty _) [] = (a_motions A, lm) /\
    (forall a p, is_state n a = true -> derived (a_totals A) a p = lie (fget (total lm a)) p) /\
    ordered first T = true /\
    all_some (map (output_field P first (a_motions A) (a_totals A) (weights P (one, one) tt)) (outputs P tt))
      = Some fs /\
    all_some (map (raw_field P tt) (p_raw P)) = Some gs /\ a_fields A = fs ++ gs.
  Proof.
    destruct (analyse_spec P first Th A HA) as (tt & lm & fs & gs & H1 & H2 & H3 & H4 & H5 & H6 & H7).
    destruct (run_with R (K (fun _ => 0)) (real_units I) (p_prog P) [] []) as [tv u'] eqn:E.
    destruct (values_ok I first True (fun _ => 0) (fun _ => 0) (fun a _ => eq_refl) (p_prog P) _ _ _ _ _ _ _ _
      H1
      E) as [[U HU] _].
    exists tt, U, lm, fs, gs. auto 9.
  Qed.
  (* all symbols, when the variables have the values e *)
  Definition full (e : positive -> R) : positive -> R := extend I T e.
  Lemma full_ok e : (forall a, (a < first)%positive -> full e a = e a) /\ sat I (full e) T.
  Proof. destruct table_facts as (tt & u & lm & fs & gs & _ & _ & _ & _ & HO & _). apply (extend_ok I T first
    e HO). Qed.
  Lemma sat_start e : sat I (full e) Th.
  Proof.
    destruct table_facts as (tt & u & lm & fs & gs & _ & HT & _). eapply longer_sat; [|apply full_ok]. exists
      u. exact HT.
  Qed.
  (* how the symbols change with the coordinates *)
  Definition lm : list (positive * (poly * poly)) := snd (all_motions first T T (PositiveMap.empty _) []).
  Lemma lm_ok : all_motions first T T (PositiveMap.empty _) [] = (a_motions A, lm) /\
    (forall a p, is_state n a = true -> derived (a_totals A) a p = lie (fget (total lm a)) p).
  Proof.
    destruct table_facts as (tt & u & lm' & fs & gs & _ & _ & HM & HD & _). unfold lm. rewrite HM. auto.
  Qed.
  Lemma run_at e : exists tt tv u', values_of first (p_prog P) [] Th = Ok (tt, T) /\
    run_with R (K e) (real_units I) (p_prog P) [] [] = (tv, u') /\
    Forall2 (Forall2 (Forall2 (means Reals (full e)))) tt tv /\
    (fine True (full e) Th -> regular_at I text e -> fine True (full e) T).
  Proof.
    destruct table_facts as (tt & u & lm' & fs & gs & HV & _).
    destruct (run_with R (K e) (real_units I) (p_prog P) [] []) as [tv u'] eqn:ER. exists tt, tv, u'.
    split; [exact HV|]. split; [reflexivity|].
    destruct (values_ok I first True (full e) e (fun a H => proj1 (full_ok e) a H) (p_prog P) _ _ _ _ _ _ _ _
      HV
      ER) as [_ V].
    destruct (V (proj2 (full_ok e)) (Forall2_nil _)) as [M F]. split; [exact M|]. intros HF HR.
    unfold regular_at, program_at in HR. rewrite Ht in HR. destruct HR as [R1 R2]. rewrite ER in R1. apply F;
      assumption.
  Qed.
  Lemma output_value e tt j : values_of first (p_prog P) [] Th = Ok (tt, T) -> (j < List.length (outputs P
    tt))%nat ->
    means Reals (full e) (nth j (outputs P tt) ([], one)) (nth j (outputs_at I text e) 0) /\
    List.length (outputs P tt) = List.length (outputs_at I text e).
  Proof.
    intros HV Hj. destruct (run_at e) as (tt' & tv & u' & HV' & ER & M & _). rewrite HV in HV'. injection HV'
      as <-.
    destruct (compile_ok (K e) (real_units I) text t tv u' Ht ER) as (_ & _ & EO & _). unfold outputs_at.
      rewrite EO.
    assert (Q := outputs_rel _ P _ _ M). split; [|apply (length_rel _ _ _ Q)].
    exact (Forall2_nth _ _ _ Q j _ _ Hj).
  Qed.
  Lemma output_member e j g : regular_at I text e -> fine True (full e) Th ->
    (j < List.length (outputs_at I text e))%nat ->
    (forall a, is_state n a = true -> partial (fun e => nth j (outputs_at I text e) 0) a e (g a)) ->
    exists X D, In X (a_fields A) /\ D <> 0%Z /\ fine True (full e) T /\
    forall a, is_state n a = true -> pev (full e) (fget X a) = phi Rring D * (weight_at I text e a * g a).
  Proof.
    intros HR HF Hj Hg. destruct (run_at e) as (tt & tv & u' & HV & ER & M & F). specialize (F HF HR).
    destruct (compile_ok (K e) (real_units I) text t tv u' Ht ER) as (_ & _ & EO & EW).
    destruct table_facts as (tt' & u & lm' & fs & gs & HV' & _ & _ & _ & HO & Hfs & _ & EF).
    rewrite HV in HV'. injection HV' as <-. destruct lm_ok as [HM HD].
    assert (EL : List.length (outputs P tt) = List.length (outputs_at I text e)).
    { unfold outputs_at. rewrite EO. apply (length_rel _ _ _ (outputs_rel _ P _ _ M)). }
    rewrite <- EL in Hj. set (f := nth j (outputs P tt) ([], one)).
    assert (Hf : In f (outputs P tt)) by (apply nth_In; exact Hj).
    destruct (all_some_in _ _ _ _ Hfs Hf) as (X & EX & HX). unfold output_field in EX.
    destruct (constant_den f && onvars (moving first (a_motions A)) (fst f) &&
      forallb (fun w => is_state n (fst w)) (p_wires P))%bool eqn:EC; [|discriminate].
    apply andb_prop in EC as [EC EC3]. apply andb_prop in EC as [EC1 EC2].
    destruct (constant_den_spec f EC1) as (z & Ez & Hz). assert (NZ := IZR_nonzero z Hz).
    assert (GA : forall a, is_state n a = true -> means Reals (full e) (derived (a_totals A) a (fst f), snd f)
      (g a)).
    { intros a Ha. assert (Ha' := state_early P first Hfirst a Ha). unfold means. cbn [fst snd]. intros _.
      rewrite HD by exact Ha. rewrite Ez, pev_constant.
      set (v := fun b : positive => if Pos.eqb a b then 1 else 0).
      set (N := Z.to_pos (Zpos first + Z.of_nat (List.length T))).
      assert (D := derivable_value I first T HO (a_motions A) lm HM n (state_early P first Hfirst)
        (fun s => full (update e a s)) (e a) N v (fun s => proj2 (full_ok (update e a s)))).
      cbv beta in D. rewrite update_same in D.
      assert (D' : derivable_pt_lim (fun s => pev (full (update e a s)) (fst f)) (e a)
        (pev (full e) (lie (fget (total lm a)) (fst f)))).
      { replace (pev (full e) (lie (fget (total lm a)) (fst f))) with
          (ssum Reals (vars n) (fun c => v c * pev (full e) (lie (fget (total lm c)) (fst f)))).
        - apply D.
          + intros id d Hin _. apply (F _ Hin).
          + intros b Hb. apply (deriv_ext (fun s => update e a s b));
              [intros s0; symmetry; apply (proj1 (full_ok (update e a s0))); exact Hb|].
            unfold v, update. rewrite (Pos.eqb_sym a b). destruct (Pos.eqb_spec b a) as [->|NE].
            * rewrite Ha. apply derivable_pt_lim_id.
            * destruct (is_state n b); apply derivable_pt_lim_const.
          + unfold onvars in *. rewrite forallb_forall in *. intros y Hy. specialize (EC2 y Hy).
            rewrite forallb_forall in *. intros b Hb. specialize (EC2 b Hb). rewrite EC2. cbn [andb]. apply
              Pos.ltb_lt.
            destruct (motion_list first T HO (a_motions A) lm HM) as (_ & _ & Ind).
            apply (Ind (fun b => (b < N)%positive)); [|intros id [f0 args0] m L1 Hin _ _ _ _|exact EC2].
            * intros c Hc. unfold N. lia.
            * destruct (ordered_in _ _ _ _ _ HO Hin) as (_ & Hid & _). unfold N. lia.
        - transitivity (ssum Reals (vars n) (fun c => pev (full e) (lie (fget (total lm c)) (fst f)) *
            (if Pos.eqb a c then 1 else 0))).
          + refine (ssum_ext Reals _ _ _ _). intros c _. unfold v. cbn. ring.
          + etransitivity; [exact (ssum_delta Reals (fun c => pev (full e) (lie (fget (total lm c)) (fst f)))
            a (vars n) (vars_nodup n 1))|].
            rewrite existsb_vars, Ha. reflexivity. }
      pose (G := fun s0 => nth j (outputs_at I text (update e a s0)) 0).
      assert (Hg' : derivable_pt_lim G (e a) (g a)) by exact (Hg a Ha).
      assert (EQ : forall s0, IZR z * G s0 = pev (full (update e a s0)) (fst f)).
      { intros s0. destruct (output_value (update e a s0) tt j HV Hj) as [MV _]. fold f in MV. unfold means in
        MV.
        rewrite Ez, pev_constant in MV. apply MV. apply unit_real. exact NZ. }
      clearbody G. assert (Q := derivable_pt_lim_scal G (IZR z) (e a) (g a) Hg').
      change (IZR z * g a = pev (full e) (lie (fget (total lm a)) (fst f))).
      eapply uniqueness_limite; [exact Q|]. eapply deriv_ext; [|exact D']. intros s0. symmetry. exact (EQ s0).
        }
    destruct (wired_values P (full e) _ _ (fun a => (derived (a_totals A) a (fst f), snd f)) g X
      (weights_values P (full e) tt tv M) EC3 EX GA) as (_ & D & ND & HS).
    exists X, D. split; [rewrite EF; apply in_or_app; left; exact HX|]. split; [exact ND|]. split; [exact F|].
    intros a Ha. rewrite (HS a Ha). f_equal.
    destruct (compile_shape text t Ht) as (_ & _ & Wi). rewrite (wired_weights P tv g a); [| |exact Ha].
    - unfold weight_at. rewrite EW. destruct (p_weights P); reflexivity.
    - apply Wi. intros Q. unfold outputs in Hj. rewrite Q in Hj. simpl in Hj. lia.
  Qed.
  Lemma field_member e k : regular_at I text e -> fine True (full e) Th ->
    (k < List.length (fields_at I text e))%nat ->
    exists X D, In X (a_fields A) /\ D <> 0%Z /\ fine True (full e) T /\
    forall a, is_state n a = true ->
    pev (full e) (fget X a) = phi Rring D * nth (Pos.to_nat a - 1) (nth k (fields_at I text e) []) 0.
  Proof.
    intros HR HF Hk. destruct (run_at e) as (tt & tv & u' & HV & ER & M & F). specialize (F HF HR).
    destruct table_facts as (tt' & u & lm' & fs & gs & HV' & _ & _ & _ & HO & _ & Hgs & EF).
    rewrite HV in HV'. injection HV' as <-. unfold fields_at in *.
    rewrite (compile_fields (K e) (real_units I) text t tv u' Ht ER) in *. rewrite map_length in Hk.
    set (i := nth k (p_raw P) 0%nat). assert (Hi : In i (p_raw P)) by (apply nth_In; exact Hk).
    destruct (all_some_in _ _ _ _ Hgs Hi) as (X & EX & HX).
    destruct (raw_values P (full e) tt i (entries tv i) X EX (entries_rel _ _ _ i M)) as (_ & D & ND & HS).
    exists X, D. split; [rewrite EF; apply in_or_app; right; exact HX|]. split; [exact ND|]. split; [exact
      F|].
    intros a Ha. rewrite (HS a Ha). f_equal.
    assert (EN : nth k (map (entries tv) (p_raw P)) [] = entries tv i).
    { rewrite (nth_indep _ [] (entries tv 0%nat)) by (rewrite map_length; exact Hk). apply map_nth. }
    exact (eq_sym (f_equal (fun xs : list R => nth (Pos.to_nat a - 1) xs 0) EN)).
  Qed.
End Family.
