(* FunctionLaws.v - laws that check_function_laws accepts are constant along the gradient flow of the
   network that the text denotes, with the functions of the real numbers.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Readings
  Simulation Diff Claims
  Flow Text Relu TrueFlow Symbols Functions SymbolValues Motion Curves FunctionFlow.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.
Add Ring RealRing2 : (cth Rring).

(* ------------------------------------------------------------------ a law and its family *)
Section Law.
  Variable I : functions.
  Variable text : string.
  Variable t : compiled.
  Hypothesis Ht : compile text = Ok t.
  Notation P := (t_problem t).
  Notation n := (p_dim P).
  Variable first : positive.
  Hypothesis Hfirst : (Z.of_nat (n + p_frozen P) < Zpos first)%Z.
  Variable s : string.
  Variable l : law.
  Hypothesis Hl : compile_function_law t s = Ok l.
  Variable h : frac.
  Variable Th : table.
  Hypothesis Hlaw : law_symbols first l = Ok (h, Th).
  Variable A : analysis.
  Hypothesis HA : analyse P first Th = Ok A.
  Hypothesis Hh : law_holds P first A h Th = true.
  Notation T := (a_table A).
  Notation K := (sem_ops Reals).
  Definition after : positive := Z.to_pos (Zpos first + Z.of_nat (List.length Th)).
  Definition early (b : positive) : bool := (pure P first b && Pos.ltb b after)%bool.

  Lemma law_facts : constant_den h = true /\ onvars (fun b => moving first (a_motions A) b && Pos.ltb b
    after)%bool (fst h) = true /\
    onvars early (fst h) = true /\ (forall d a, In d Th -> In a (snd (snd d)) -> onvars (pure P first) (fst a)
      = true) /\
    forall X, In X (a_fields A) -> is_nil (reduce T (along_field P A (fst h) X)) = true.
  Proof.
    unfold law_holds in Hh. apply andb_prop in Hh as [H H6]. apply andb_prop in H as [H H5]. apply andb_prop
      in H as [H H4].
    apply andb_prop in H as [H H3]. apply andb_prop in H as [H1 H2]. fold after in H5. split; [exact H1|].
    assert (Both : forall S1 S2 p, onvars S1 p = true -> onvars S2 p = true -> onvars (fun b => S1 b && S2
      b)%bool p = true).
    { intros S1 S2 p. unfold onvars. rewrite !forallb_forall. intros G1 G2 x Hx. specialize (G1 x Hx).
      specialize (G2 x Hx).
      rewrite forallb_forall in *. intros b Hb. rewrite (G1 b Hb), (G2 b Hb). reflexivity. }
    split; [apply Both; assumption|]. split; [apply Both; assumption|]. split.
    - intros d a Hd Ha. rewrite forallb_forall in H4. specialize (H4 d Hd). rewrite forallb_forall in H4.
      auto.
    - intros X HX. rewrite forallb_forall in H6. auto.
  Qed.
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
    destruct (values_ok I first (fun _ => 0) (fun _ => 0) (fun a _ => eq_refl) (p_prog P) _ _ _ _ _ _ _ _ H1
      E) as [[U HU] _].
    exists tt, U, lm, fs, gs. auto 9.
  Qed.
  (* all symbols, when the variables have the values e *)
  Definition full (e : positive -> R) : positive -> R := extend I T e.
  Lemma full_ok e : (forall a, (a < first)%positive -> full e a = e a) /\ sat I (full e) T.
  Proof. destruct table_facts as (tt & u & lm & fs & gs & _ & _ & _ & _ & HO & _). apply (extend_ok I T first
    e HO). Qed.
  Lemma sat_law e : sat I (full e) Th.
  Proof.
    destruct table_facts as (tt & u & lm & fs & gs & _ & HT & _). eapply longer_sat; [|apply full_ok]. exists
      u. exact HT.
  Qed.
  Lemma law_run e : exists tl tv u', values_of first l [] [] = Ok (tl, Th) /\
    run_with R (K e) (real_units I) l [] [] = (tv, u') /\ law_value_at I text s e = pev (full e) (fst h) / pev
      (full e) (snd h).
  Proof.
    assert (HL := Hlaw). unfold law_symbols in HL. destruct (values_of first l [] []) as [[tl T']|] eqn:EV;
      [|discriminate].
    injection HL as Eh ->. destruct (run_with R (K e) (real_units I) l [] []) as [tv u'] eqn:ER. exists tl,
      tv, u'.
    split; [reflexivity|]. split; [reflexivity|].
    destruct (values_ok I first (full e) e (fun a H => proj1 (full_ok e) a H) l _ _ _ _ _ _ _ _ EV ER) as [_
      V].
    destruct (V (sat_law e) (Forall2_nil _)) as [M _].
    unfold law_value_at.
    destruct (compile_law_with_ok (K e) (real_units I) _ text t s l tv u' Ht Hl ER) as [-> _].
    assert (Q : means Reals (full e) (entry (frac_ops variable) (last tl []) 0 0) (entry (K e) (last tv []) 0
      0)).
    { unfold entry. apply (nth_rel (means Reals (full e))).
      - intros _. cbn [o0 frac_ops sem_ops fst snd peval]. cbn. ring.
      - apply (nth_rel (Forall2 (means Reals (full e)))); [constructor|]. apply last_rel; [constructor|exact
        M]. }
    rewrite Eh in Q. apply (fval_means (full e) h); [exact Q|apply law_facts].
  Qed.
  (* the derivative of the numerator of the law by coordinate a *)
  Definition lm : list (positive * (poly * poly)) := snd (all_motions first T T (PositiveMap.empty _) []).
  Lemma lm_ok : all_motions first T T (PositiveMap.empty _) [] = (a_motions A, lm) /\
    (forall a p, is_state n a = true -> derived (a_totals A) a p = lie (fget (total lm a)) p).
  Proof.
    destruct table_facts as (tt & u & lm' & fs & gs & _ & _ & HM & HD & _). unfold lm. rewrite HM. auto.
  Qed.
  Definition gradient_at (e : positive -> R) (a : positive) : R := pev (full e) (lie (fget (total lm a)) (fst
    h)).
  Lemma in_law id d : In (id, d) T -> (id < after)%positive -> In (id, d) Th.
  Proof.
    destruct table_facts as (tt & u & lm' & fs & gs & _ & HT & _ & _ & HO & _). intros Hin Hlt.
    destruct d as [f args]. destruct (ordered_in _ _ _ _ _ HO Hin) as (H1 & _).
    assert (HP : ordered first Th = true) by (rewrite HT in HO; apply ordered_prefix in HO; exact HO).
    destruct (ordered_some Th first id HP H1) as [d' Hd']; [unfold after in Hlt; lia|].
    assert (E : (f, args) = d'); [|rewrite E; exact Hd'].
    apply (ordered_unique T first id _ _ HO Hin). rewrite HT. apply in_or_app. now left.
  Qed.
  Section Agree.
    Variables e e' : positive -> R.
    Hypothesis He : forall a, known P a = true -> e a = e' a.
    Lemma agree b : early b = true -> full e b = full e' b.
    Proof.
      destruct table_facts as (tt & u & lm' & fs & gs & _ & HT & _ & _ & HO & _).
      assert (G : forall N b, (Pos.to_nat b < N)%nat -> early b = true -> full e b = full e' b).
      { induction N as [|N IH]; intros b' Hb He'; [lia|]. assert (EB := He'). unfold early, pure in He'.
        apply andb_prop in He' as [H1 H2]. apply Pos.ltb_lt in H2. destruct (known P b') eqn:EK.
        - assert (F := known_before P first Hfirst b' EK). rewrite !(fun x => proj1 (full_ok x)) by exact F.
          auto.
        - cbn [orb] in H1. apply Pos.leb_le in H1.
          assert (HP : ordered first Th = true) by (rewrite HT in HO; apply ordered_prefix in HO; exact HO).
          destruct (ordered_some Th first b' HP H1) as [[f args] Hd]; [unfold after in H2; lia|].
          assert (S1 := sat_law e _ Hd). assert (S2 := sat_law e' _ Hd). unfold stands in S1, S2. cbn [fst
            snd] in *.
          rewrite S1, S2. f_equal. apply map_ext_in. intros a Ha. destruct (ordered_in _ _ _ _ _ HP Hd) as (_
            & _ & HC).
          destruct (HC a Ha) as [C V]. destruct law_facts as (_ & _ & _ & HPure & _).
          apply (fval_agree (fun c => pure P first c && Pos.ltb c b')%bool); [exact C| |].
          + specialize (HPure _ a Hd Ha). unfold onvars in *. rewrite forallb_forall in *. intros x Hx.
            specialize (V x Hx). specialize (HPure x Hx). rewrite forallb_forall in *. intros c Hc.
            rewrite (V c Hc), (HPure c Hc). reflexivity.
          + intros c Hc. apply andb_prop in Hc as [C1 C2]. apply Pos.ltb_lt in C2. apply IH; [lia|].
            unfold early. rewrite C1. apply Pos.ltb_lt. lia. }
      intros Hb. apply (G (S (Pos.to_nat b)) b); [lia|exact Hb].
    Qed.
    Lemma agree_args d a : In d Th -> In a (snd (snd d)) -> fval (full e) a = fval (full e') a.
    Proof.
      destruct table_facts as (tt & u & lm' & fs & gs & _ & HT & _ & _ & HO & _). intros Hd Ha. destruct d as
        [id [f args]].
      assert (HP : ordered first Th = true) by (rewrite HT in HO; apply ordered_prefix in HO; exact HO).
      destruct (ordered_in _ _ _ _ _ HP Hd) as (H1 & H2 & HC). destruct (HC a Ha) as [C V].
      destruct law_facts as (_ & _ & _ & HPure & _). specialize (HPure _ a Hd Ha).
      apply (fval_agree early); [exact C| |apply agree]. unfold onvars in *. rewrite forallb_forall in *.
        intros x Hx.
      specialize (V x Hx). specialize (HPure x Hx). rewrite forallb_forall in *. intros c Hc. unfold early.
      rewrite (HPure c Hc). specialize (V c Hc). apply Pos.ltb_lt in V. apply Pos.ltb_lt. unfold after. lia.
    Qed.
    Lemma fine_agree : fine (full e) Th -> fine (full e') Th.
    Proof.
      intros F d Hd. specialize (F d Hd). replace (map (fval (full e')) (snd (snd d))) with (map (fval (full
        e)) (snd (snd d)));
        [exact F|]. apply map_ext_in. intros a Ha. apply (agree_args d a Hd Ha).
    Qed.
    Lemma gradient_agree a : is_state n a = true -> gradient_at e a = gradient_at e' a.
    Proof.
      intros Ha. unfold gradient_at. rewrite !(lie_ok Rring).
      destruct table_facts as (tt & u & lm' & fs & gs & _ & HT & _ & _ & HO & _). destruct lm_ok as [HM _].
      destruct (motion_list first T HO (a_motions A) lm HM) as (_ & HS & Ind).
      destruct (total_ok first T HO (a_motions A) lm HM n (state_early P first Hfirst) a Ha) as [B1 B2].
      assert (G : forall b, moving first (a_motions A) b = true -> early b = true ->
        pev (full e) (fget (total lm a) b) = pev (full e') (fget (total lm a) b)).
      { apply (Ind (fun b => early b = true -> pev (full e) (fget (total lm a) b) = pev (full e') (fget (total
        lm a) b))).
        - intros b Hb _. rewrite B1 by exact Hb. destruct (Pos.eqb b a); [rewrite !(ev_one Reals)|];
          reflexivity.
        - intros id [f args] [p m] L1 Hin Hm Hl1 HQ HOn He'. rewrite !(B2 id p m Hl1).
          unfold early in He'. apply andb_prop in He' as [_ Hlt]. apply Pos.ltb_lt in Hlt.
          assert (Hh1 := in_law id _ Hin Hlt).
          destruct (motion_ok I first T HO (full e) id f args p m (proj2 (full_ok e)) Hin Hm) as [(_ & -> &
            ->)|(x & z & -> & _ & -> & Ez & _ & E1)];
            [reflexivity|].
          destruct (motion_ok I first T HO (full e') id f _ p _ (proj2 (full_ok e')) Hin Hm) as [(Ff & -> &
            _)|(x' & z' & Ex & _ & _ & Ez' & _ & E2)].
          { cbn [peval]. cbn. ring. }
          injection Ex as <-. rewrite Ez in Ez'. injection Ez' as <-.
          rewrite E1, E2, (agree_args _ x Hh1 (or_introl eq_refl)). f_equal.
          destruct (ordered_in _ _ _ _ _ HO Hin) as (_ & _ & HC). destruct (HC x (or_introl eq_refl)) as [_
            V].
          destruct law_facts as (_ & _ & _ & HPure & _). specialize (HPure _ x Hh1 (or_introl eq_refl)).
          cbn [snd forallb] in HOn. rewrite andb_true_r in HOn.
          assert (On : onvars (fun b => moving first L1 b && early b)%bool (fst x) = true).
          { unfold onvars in *. rewrite forallb_forall in *. intros y Hy. specialize (V y Hy). specialize
            (HPure y Hy).
            specialize (HOn y Hy). rewrite forallb_forall in *. intros c Hc. rewrite (HOn c Hc). unfold early.
            rewrite (HPure c Hc). specialize (V c Hc). apply Pos.ltb_lt in V. apply Pos.ltb_lt. lia. }
          transitivity (dp Rring (full e) (fun b => pev (full e') (fget (total lm a) b)) (fst x)).
          + apply (dp_ext Rring (full e) (fun b => moving first L1 b && early b)%bool); [|exact On].
            intros b Hb. apply andb_prop in Hb as [Hb1 Hb2]. apply HQ; assumption.
          + apply (dp_rho_ext Rring (fun b => moving first L1 b && early b)%bool); [|exact On].
            intros b Hb. apply andb_prop in Hb as [Hb1 Hb2]. apply agree. assumption. }
      destruct law_facts as (_ & HMv & HEa & _).
      assert (On : onvars (fun b => moving first (a_motions A) b && early b)%bool (fst h) = true).
      { unfold onvars in *. rewrite forallb_forall in *. intros y Hy. specialize (HMv y Hy). specialize (HEa y
        Hy).
        rewrite forallb_forall in *. intros c Hc. specialize (HMv c Hc). apply andb_prop in HMv as [-> _].
        rewrite (HEa c Hc). reflexivity. }
      transitivity (dp Rring (full e) (fun b => pev (full e') (fget (total lm a) b)) (fst h)).
      - apply (dp_ext Rring (full e) (fun b => moving first (a_motions A) b && early b)%bool); [|exact On].
        intros b Hb. apply andb_prop in Hb as [Hb1 Hb2]. apply G; assumption.
      - apply (dp_rho_ext Rring (fun b => moving first (a_motions A) b && early b)%bool); [|exact On].
        intros b Hb. apply andb_prop in Hb as [Hb1 Hb2]. apply agree. assumption.
    Qed.
  End Agree.

  (* ---------------------------------------------------------------- the members *)
  Lemma identity X e : In X (a_fields A) -> fine (full e) T ->
    ssum Reals (vars n) (fun a => pev (full e) (fget X a) * gradient_at e a) = 0.
  Proof.
    intros HX HF. destruct law_facts as (_ & _ & _ & _ & HZ). specialize (HZ X HX).
    destruct table_facts as (tt & u & lm' & fs & gs & _ & _ & _ & _ & HO & _). destruct lm_ok as [_ HD].
    apply (@is_nil_ok_ring Rring _ (full e)) in HZ.
    apply (reduce_zero I (full e) T first HO (proj2 (full_ok e)) HF) in HZ.
    etransitivity; [|exact HZ]. unfold along_field. rewrite (peval_norm Rring). unfold gradient_at.
    assert (G : forall vs, (forall a, In a vs -> is_state n a = true) ->
      ssum Reals vs (fun a => pev (full e) (fget X a) * pev (full e) (lie (fget (total lm a)) (fst h))) =
      pev (full e) (flat_map (fun a => match fget X a with [] => [] | x =>
        match derived (a_totals A) a (fst h) with [] => [] | d => pmul d x end end) vs)).
    { induction vs as [|a vs IH]; intros HV; cbn [ssum flat_map]; [reflexivity|].
      rewrite (peval_app Rring), <- IH by (intros; apply HV; now right). rewrite HD by (apply HV; now left).
      set (x := fget X a). set (d := lie (fget (total lm a)) (fst h)).
      clearbody x d. apply (f_equal (fun y : R => y + _)). destruct x as [|x0 x]; [cbn; ring|].
      destruct d as [|d0 d]; [cbn; ring|]. rewrite (peval_mul Rring). cbn. ring. }
    apply G. intros a Ha. apply is_state_spec. exact Ha.
  Qed.
  Lemma run_at e : exists tt tv u', values_of first (p_prog P) [] Th = Ok (tt, T) /\
    run_with R (K e) (real_units I) (p_prog P) [] [] = (tv, u') /\
    Forall2 (Forall2 (Forall2 (means Reals (full e)))) tt tv /\
    (fine (full e) Th -> regular_at I text e -> fine (full e) T).
  Proof.
    destruct table_facts as (tt & u & lm' & fs & gs & HV & _).
    destruct (run_with R (K e) (real_units I) (p_prog P) [] []) as [tv u'] eqn:ER. exists tt, tv, u'.
    split; [exact HV|]. split; [reflexivity|].
    destruct (values_ok I first (full e) e (fun a H => proj1 (full_ok e) a H) (p_prog P) _ _ _ _ _ _ _ _ HV
      ER) as [_ V].
    destruct (V (proj2 (full_ok e)) (Forall2_nil _)) as [M F]. split; [exact M|]. intros HF HR.
    unfold regular_at in HR. rewrite Ht in HR. destruct HR as [R1 R2]. rewrite ER in R1. apply F; assumption.
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
  Lemma member_output e j g : regular_at I text e -> fine (full e) Th -> (j < List.length (outputs_at I text
    e))%nat ->
    (forall a, is_state n a = true -> partial (fun e => nth j (outputs_at I text e) 0) a e (g a)) ->
    ssum Reals (vars n) (fun a => (weight_at I text e a * g a) * gradient_at e a) = 0.
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
    assert (HW := weights_values P (full e) tt tv M).
    assert (HC : Forall2 (comp_means Reals (full e))
      (zip (fun w q => (snd w, fr_scale q (derived (a_totals A) (fst w) (fst f), snd f))) (p_wires P) (weights
        P (one, one) tt))
      (zip (fun w q => (snd w, (q * g (fst w))%R)) (p_wires P) (weights P 1 tv))).
    { clear EX. revert HW EC3. generalize (weights P (one, one) tt), (weights P 1 tv).
      induction (p_wires P) as [|w ws IH]; intros qs xs HQ W; cbn [zip]; [constructor|].
      simpl in W. apply andb_prop in W as [W1 W2]. inversion HQ; subst; cbn [zip]; constructor; auto.
      split; [reflexivity|]. cbn [snd]. apply (scale_means_ring Reals); auto. }
    destruct (field_of_sum Reals n (full e) _ X _ EX HC) as (_ & D & ND & HS).
    assert (ID := identity X e ltac:(rewrite EF; apply in_or_app; left; exact HX) F).
    apply (eq_trans (eq_sym (HS (gradient_at e)))) in ID.
    assert (U : phi Rring D <> 0) by (rewrite phi_IZR; apply IZR_nonzero; exact ND).
    change (phi Rring D * ssum Reals (zip (fun w q => (snd w, (q * g (fst w))%R)) (p_wires P) (weights P 1
      tv))
      (fun t => snd t * gradient_at e (fst t)) = 0) in ID.
    apply Rmult_integral in ID as [ID|ID]; [contradiction|]. etransitivity; [|exact ID]. symmetry.
    destruct (compile_shape text t Ht) as (_ & _ & Wi).
    assert (NO : p_outputs P <> []) by (intros Q; unfold outputs in Hj; rewrite Q in Hj; simpl in Hj; lia).
    specialize (Wi NO). rewrite Wi. unfold vars. rewrite wires_sum. refine (ssum_ext Reals _ _ _ _). intros a
      Ha.
    apply vars_from_spec in Ha. f_equal. f_equal. unfold weight_at. rewrite EW. unfold weights.
    destruct (p_weights P) as [k|]; [reflexivity|]. cbn [option_map]. rewrite Wi, map_map. change (Pos.to_nat
      1) with 1%nat.
    rewrite (nth_indep _ 0 1) by (rewrite map_length; unfold vars; rewrite vars_length; lia).
    apply (map_nth (fun _ => 1) (vars n) xH).
  Qed.
  Lemma member_field e k : regular_at I text e -> fine (full e) Th -> (k < List.length (fields_at I text
    e))%nat ->
    ssum Reals (vars n) (fun a => nth (Pos.to_nat a - 1) (nth k (fields_at I text e) []) 0 * gradient_at e a)
      = 0.
  Proof.
    intros HR HF Hk. destruct (run_at e) as (tt & tv & u' & HV & ER & M & F). specialize (F HF HR).
    destruct table_facts as (tt' & u & lm' & fs & gs & HV' & _ & _ & _ & HO & _ & Hgs & EF).
    rewrite HV in HV'. injection HV' as <-. unfold fields_at in *.
    rewrite (compile_fields (K e) (real_units I) text t tv u' Ht ER) in *. rewrite map_length in Hk.
    set (i := nth k (p_raw P) 0%nat). assert (Hi : In i (p_raw P)) by (apply nth_In; exact Hk).
    destruct (all_some_in _ _ _ _ Hgs Hi) as (X & EX & HX).
    destruct (raw_values P (full e) tt i (entries tv i) X EX (entries_rel _ _ _ i M)) as (_ & D & ND & HS).
    assert (ID := identity X e ltac:(rewrite EF; apply in_or_app; right; exact HX) F).
    assert (U : phi Rring D <> 0) by (rewrite phi_IZR; apply IZR_nonzero; exact ND).
    assert (EN : nth k (map (entries tv) (p_raw P)) [] = entries tv i).
    { rewrite (nth_indep _ [] (entries tv 0%nat)) by (rewrite map_length; exact Hk). apply map_nth. }
    transitivity (ssum Reals (vars n) (fun a => nth (Pos.to_nat a - 1) (entries tv i) 0 * gradient_at e a)).
    { refine (ssum_ext Reals _ _ _ _). intros a _.
      exact (f_equal (fun xs : list R => nth (Pos.to_nat a - 1) xs 0 * gradient_at e a) EN). }
    apply (Rmult_eq_reg_l (phi Rring D)); [|exact U]. rewrite Rmult_0_r. etransitivity; [|exact ID].
    symmetry. etransitivity; [|exact (ssum_scale Reals (vars n) (phi Rring D)
      (fun a => nth (Pos.to_nat a - 1) (entries tv i) 0 * gradient_at e a))].
    refine (ssum_ext Reals _ _ _ _). intros a Ha. apply is_state_spec in Ha. rewrite (HS a Ha). cbn. ring.
  Qed.
  Lemma velocity_flat e w : fine (full e) Th -> function_velocity I text e w ->
    ssum Reals (vars n) (fun a => w a * gradient_at e a) = 0.
  Proof.
    intros HF H.
    assert (Add : forall c e' m v, (forall a, is_known text a = true -> e' a = e a) ->
      ssum Reals (vars n) (fun a => m a * gradient_at e' a) = 0 -> ssum Reals (vars n) (fun a => v a *
        gradient_at e a) = 0 ->
      ssum Reals (vars n) (fun a => (c * m a + v a) * gradient_at e a) = 0).
    { intros c e' m v He H1 H2.
      transitivity (ssum Reals (vars n) (fun a => c * (m a * gradient_at e' a)) +
        ssum Reals (vars n) (fun a => v a * gradient_at e a)).
      - etransitivity; [|exact (ssum_add Reals (vars n) (fun a => c * (m a * gradient_at e' a)) (fun a => v a
        * gradient_at e a))].
        refine (ssum_ext Reals _ _ _ _). intros a Ha. apply is_state_spec in Ha.
        rewrite (gradient_agree e' e) by (exact Ha || (intros b Hb; apply He; rewrite (known_known text t Ht);
          exact Hb)).
        cbn. ring.
      - rewrite H2. change (ssum Reals (vars n) (fun a => c * (m a * gradient_at e' a)) + 0 = 0).
        rewrite Rplus_0_r. etransitivity; [exact (ssum_scale Reals (vars n) c (fun a => m a * gradient_at e'
          a))|].
        rewrite H1. cbn. ring. }
    assert (Fine : forall e', (forall a, is_known text a = true -> e' a = e a) -> fine (full e') Th).
    { intros e' He. apply (fine_agree e e'); [|exact HF]. intros a Ha. symmetry. apply He.
      rewrite (known_known text t Ht). exact Ha. }
    induction H as [|c e' j g v He HR Hj Hp Hv IH|c e' k v He HR Hk Hv IH].
    - transitivity (ssum Reals (vars n) (fun _ => @c0 Reals)); [|exact (ssum_0 Reals (vars n))].
      refine (ssum_ext Reals _ _ _ _). intros a _. cbn. ring.
    - apply (Add c e' (fun a => weight_at I text e' a * g a) v He); [|exact IH].
      apply (member_output e' j g HR (Fine e' He) Hj). intros a Ha. apply Hp. rewrite (parameter_state text t
        Ht). exact Ha.
    - apply (Add c e' (fun a => nth (Pos.to_nat a - 1) (nth k (fields_at I text e') []) 0) v He); [|exact IH].
      apply (member_field e' k HR (Fine e' He) Hk).
  Qed.
  Theorem function_law_ok : function_law_constant I text s.
  Proof.
    intros J gamma v Hconv Hd Hcst Hv Hreg.
    destruct law_facts as (Hc & HMv & _). destruct (constant_den_spec h Hc) as (z & Ez & Hz). assert (NZ :=
      IZR_nonzero z Hz).
    set (E := fun x => full (fun a => gamma a x)). set (val := fun x => law_value_at I text s (fun a => gamma
      a x)).
    assert (EV : forall x, / IZR z * pev (E x) (fst h) = val x).
    { intros x. unfold val. destruct (law_run (fun a => gamma a x)) as (tl & tv & u' & _ & _ & ->). fold (E
      x).
      rewrite Ez, pev_constant. unfold Rdiv. ring. }
    destruct table_facts as (tt & u & lm' & fs & gs & _ & _ & _ & _ & HO & _). destruct lm_ok as [HM _].
    assert (D : forall x, J x -> derivable_pt_lim val x 0).
    { intros x Hx. assert (HF : fine (E x) Th).
      { destruct (law_run (fun a => gamma a x)) as (tl & tv & u' & EL & ER & _).
        destruct (values_ok I first (E x) (fun a => gamma a x) (fun a H => proj1 (full_ok _) a H) l _ _ _ _ _
          _ _ _ EL ER) as [_ V].
        destruct (V (sat_law _) (Forall2_nil _)) as [_ F]. specialize (Hreg x Hx). unfold law_regular_at in
          Hreg.
        rewrite Ht, Hl in Hreg. destruct Hreg as [R1 R2]. rewrite ER in R1. apply F; [intros d []|exact
          R1|exact R2]. }
      destruct (Hv x Hx) as (w & Hw & Ew).
      apply (deriv_ext (fun x => / IZR z * pev (E x) (fst h))); [exact EV|]. replace 0 with (/ IZR z * 0) by
        ring.
      apply (derivable_pt_lim_scal (fun x => pev (E x) (fst h))).
      replace 0 with (ssum Reals (vars n) (fun a => v a x * pev (E x) (lie (fget (total lm a)) (fst h)))).
      - apply (derivable_value I first T HO (a_motions A) lm HM n (state_early P first Hfirst) E x after (fun
        a => v a x)
          (fun y => proj2 (full_ok (fun a => gamma a y)))); [| |exact HMv].
        + intros id d Hin Hlt. apply (HF _ (in_law id d Hin Hlt)).
        + intros b Hb. apply (deriv_ext (gamma b)); [intros y; symmetry; exact (proj1 (full_ok (fun a => gamma
          a y)) b Hb)|].
          destruct (is_state n b) eqn:Eb.
          * apply Hd; [exact Hx|]. rewrite (parameter_state text t Ht). exact Eb.
          * apply (deriv_ext (fun _ => gamma b x)); [|apply derivable_pt_lim_const].
            intros y. apply Hcst. rewrite (parameter_state text t Ht). exact Eb.
      - etransitivity; [|exact (velocity_flat (fun a => gamma a x) w HF Hw)]. refine (ssum_ext Reals _ _ _ _).
        intros a Ha. apply is_state_spec in Ha. rewrite (Ew a) by (rewrite (parameter_state text t Ht); exact
          Ha). reflexivity. }
    assert (W : forall x y, J x -> J y -> x < y -> val x = val y).
    { intros x y Hx Hy Hxy. destruct (MVT_cor2 val (fun _ => 0) x y Hxy) as (c & Ec & _); [|lra].
      intros c Hc'. apply D. apply (Hconv x y); auto. }
    intros x y Hx Hy. fold (val x). fold (val y).
    destruct (Rtotal_order x y) as [Q|[Q|Q]]; [auto|now subst|symmetry; auto].
  Qed.
End Law.

(* THEOREM. A law that check_function_laws accepts is constant along the gradient flow of the network that
   the text denotes, with the functions of the real numbers; for every erf, gelu and arbitrary function as
   in Functions.v. *)
Theorem function_laws_conserved text laws : check_function_laws text laws = true -> forall s, In s laws ->
  forall I : functions, function_law_constant I text s.
Proof.
  unfold check_function_laws. destruct (compile text) as [t|] eqn:Ht; [|discriminate]. intros H s Hs I.
  apply andb_prop in H as [Hf H]. apply Z.ltb_lt in Hf.
  destruct (all_ok (compile_function_law t) laws) as [ls|] eqn:EL; [|discriminate].
  destruct (all_ok_in _ _ _ EL s Hs) as (l & El & Hin). cbv zeta in H. rewrite forallb_forall in H. specialize
    (H l Hin).
  unfold check_function_law in H.
  destruct (law_symbols (gate_number (t_layout t) 0) l) as [[h Th]|] eqn:Eh; [|discriminate].
  destruct (match Th with [] => analyse (t_problem t) (gate_number (t_layout t) 0) []
    | _ => analyse (t_problem t) (gate_number (t_layout t) 0) Th end) as [A|] eqn:EA; [|discriminate].
  assert (HA : analyse (t_problem t) (gate_number (t_layout t) 0) Th = Ok A) by (destruct Th; exact EA).
  exact (function_law_ok I text t Ht _ Hf s l El h Th Eh A HA H).
Qed.
